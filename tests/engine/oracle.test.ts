import { beforeAll, describe, expect, test } from 'vitest';
import { worstError } from './closeness';
import {
  readDocuments,
  readRun,
  referenceRuns,
  replay,
  type ReferenceRun,
  type Replay
} from './referenceRun';
import { tolerances } from './tolerances';

for (const source of referenceRuns) {
  describe.skipIf(!source.present)(source.name, () => {
    const { name, folder } = source;
    let run: ReferenceRun;
    let ours: Replay;

    beforeAll(async () => {
      run = readRun(source);
      ours = await replay(run, readDocuments(run, folder));
    });

    test('documents, characters, parameters and tokens', () => {
      const { docs, tokenizer, program } = ours;
      expect(docs.length).toBe(run.num_docs);
      expect(docs.slice(0, 5)).toEqual(run.first_docs);
      expect(tokenizer.characters.join('')).toBe(run.uchars);
      expect(tokenizer.vocab_size).toBe(run.vocab_size);
      expect(program.num_params).toBe(run.num_params);
      expect(program.parameters.map((p) => p.name)).toEqual(Object.keys(run.initial));
      expect(docs.slice(0, 5).map((doc) => [...tokenizer.encode(doc)])).toEqual(run.tokens);
    });

    test('initial weights, to the last bit', () => {
      expect([...ours.initial]).toEqual(Object.values(run.initial).flat(2));
    });

    test('gradients of every parameter at steps 1, 2 and 10', () => {
      expect([...ours.gradients.keys()]).toEqual([1, 2, 10]);
      const compared = [...ours.gradients].flatMap(([step, gradients]) =>
        Object.entries(run.gradients[step]).map(([parameter, expected]) => {
          const { error, index } = worstError(gradients.get(parameter)!, expected.flat());
          return { error, where: `${parameter}[${index}] at step ${step}` };
        })
      );
      expectWorst(`${name}: gradients`, compared, tolerances.gradient);
    });

    test('loss of every step', () => {
      expect(ours.losses).toHaveLength(run.losses.length);
      const compared = ours.losses.map((loss, i) => {
        const error = Math.abs(loss / run.losses[i] - 1);
        return { error, where: `step ${i + 1}` };
      });
      expectWorst(`${name}: losses`, compared, tolerances.loss);
    });

    test('final weights', () => {
      const compared = ours.program.parameters.map(({ name: parameter, offset, size }) => {
        const weights = ours.final.subarray(offset, offset + size);
        const { error, index } = worstError(weights, run.final[parameter].flat());
        return { error, where: `${parameter}[${index}]` };
      });
      expectWorst(`${name}: final weights`, compared, tolerances.final);
    });

    test('samples, letter by letter', () => {
      expect(ours.samples).toEqual(run.samples);
    });

    if (name === 'microgpt-names-seed42') {
      test('the numbers that microgpt.py is known by', () => {
        expect(ours.losses[999].toFixed(10)).toBe('2.6496944697');
        expect(ours.samples.slice(0, 4)).toEqual(['kamon', 'ann', 'karai', 'jaire']);
      });
    }
  });
}

interface Compared {
  readonly error: number;
  readonly where: string;
}

/** Prints the largest of the errors and holds it to the tolerance; NaN counts as the largest. */
function expectWorst(what: string, compared: readonly Compared[], tolerance: number): void {
  const { error, where } = compared.reduce((a, b) =>
    Number.isNaN(a.error) || b.error <= a.error ? a : b
  );
  console.log(`${what} within ${error.toExponential(1)}, ${where}`);
  expect(error, where).toBeLessThanOrEqual(tolerance);
}
