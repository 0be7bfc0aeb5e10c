import { beforeAll, describe, expect, test } from 'vitest';
import { cosines } from '$lib/engine/attribution/cosines';
import { dot, groupsAndAll, rangesOf } from '$lib/engine/attribution/groups';
import { movedRows } from '$lib/engine/attribution/movedRows';
import { tokenGradients, upTo } from '$lib/engine/attribution/tokenGradients';
import { updateShares } from '$lib/engine/attribution/updateShares';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { flatten } from '$lib/engine/flatten';
import { worstError } from '../closeness';
import { adam, batchOf, trainStep, type TrainedStep } from './trainedStep';

let step: TrainedStep;
beforeAll(async () => {
  step = await trainStep();
});

async function engineBefore() {
  const engine = new CpuEngine(step.program, adam);
  await engine.load(step.before);
  return engine;
}

function sumOf(arrays: readonly ArrayLike<number>[]): Float64Array {
  const sum = new Float64Array(arrays[0].length);
  for (const array of arrays) for (let i = 0; i < sum.length; i++) sum[i] += array[i];
  return sum;
}

describe("tokens' gradients", () => {
  test("sum to the step's", () => {
    const { error } = worstError(sumOf(step.tokens), step.gradient);
    console.log(`tokens' gradients sum to the step's within ${error.toExponential(1)}`);
    expect(error).toBeLessThan(1e-12);
  });

  test("are those of the whole batch seeded with the token's loss", async () => {
    const { program, batch } = step;
    const engine = await engineBefore();
    for (let t = 0; t < batch.T; t++) {
      const { gradients } = await engine.trace(batch, { seed: { of: 'token', t } });
      const whole = flatten(program, gradients).map((g) => g / batch.T);
      expect(worstError(step.tokens[t], whole).error, `row ${t}`).toBeLessThan(1e-15);
    }
  });

  test('come for the rows asked for, in that order', async () => {
    const found: [number, Float64Array][] = [];
    for await (const { t, gradient } of tokenGradients(await engineBefore(), step.batch, [7, 2])) {
      found.push([t, gradient]);
    }
    expect(found).toEqual([
      [7, step.tokens[7]],
      [2, step.tokens[2]]
    ]);
  });

  test('need no more of a document than what precedes them', () => {
    const batch = batchOf('cab', '', 'abcdef');
    // The document begins at row 5; its third row has the token before its own third letter.
    expect(upTo(batch, 7)).toEqual({
      ...{ T: 3, B: 1, tokens: Int32Array.of(6, 0, 1), targets: Int32Array.of(0, 1, 2) },
      ...{ positions: Int32Array.of(0, 1, 2), starts: new Int32Array(3) },
      lengths: Int32Array.of(3, 3, 3)
    });
    expect(upTo(batch, 4)).toEqual(batchOf(''));
    expect(upTo(batch, 3)).toEqual(batchOf('cab'));
  });
});

describe('shares of the update', () => {
  const shares = () => updateShares(step.program, step.tokens, step.gradient, step.change);

  test('are told for every group and for all, and sum to 1', () => {
    expect(shares().map(({ group }) => group)).toEqual(groupsAndAll);
    for (const { group, shares: of } of shares()) {
      expect(of).toHaveLength(step.batch.T);
      expect(Math.abs(sumOf(Array.from(of, (s) => [s]))[0] - 1), group).toBeLessThan(1e-12);
    }
  });

  test('are what the update promises through each token', () => {
    const { tokens, gradient, change } = step;
    const { promised, total, shares: of } = shares().at(-1)!;
    const product = (a: Float64Array) => a.reduce((sum, x, i) => sum + x * change[i], 0);
    expect(worstError(promised, tokens.map(product)).error).toBeLessThan(1e-14);
    expect(Math.abs(total - product(gradient))).toBeLessThan(1e-15);
    expect(of).toEqual(promised.map((part) => part / total));
    const groups = shares().slice(0, -1);
    expect(worstError(sumOf(groups.map(({ promised }) => promised)), promised).error).toBeLessThan(
      1e-13
    );
  });

  test('a step downhill promises a smaller loss', () => {
    for (const { total } of shares()) expect(total).toBeLessThan(0);
  });

  test('there are none of an update that is 0', () => {
    const still = new Float64Array(step.change.length);
    const [{ total, shares: of }] = updateShares(step.program, step.tokens, step.gradient, still);
    expect(total).toBe(0);
    expect(of.every(Number.isNaN)).toBe(true);
  });
});

test('groups cover every weight once', () => {
  const { program } = step;
  const ranges = groupsAndAll.slice(0, -1).flatMap((group) => [...rangesOf(program, group)]);
  const covered = ranges.sort(([a], [b]) => a - b);
  let end = 0;
  for (const [from, to] of covered) {
    expect(from).toBe(end);
    end = to;
  }
  expect(end).toBe(program.num_params);
  expect(rangesOf(program, 'all').flat().length).toBe(2 * program.parameters.length);
});

describe("cosines between tokens' gradients", () => {
  test.each(groupsAndAll)('are symmetric, within [−1, 1], and 1 with themselves: %s', (group) => {
    const { program, tokens } = step;
    const n = tokens.length;
    const matrix = cosines(program, tokens, group);
    for (let s = 0; s < n; s++) {
      expect(Math.abs(matrix[s * n + s] - 1)).toBeLessThan(1e-14);
      for (let t = 0; t < n; t++) {
        expect(matrix[s * n + t]).toBe(matrix[t * n + s]);
        expect(Math.abs(matrix[s * n + t])).toBeLessThanOrEqual(1);
      }
    }
  });

  test('by hand: the same way, opposite ways, at right angles, none', () => {
    const { program } = step;
    const vector = (a: number, b: number) => {
      const flat = new Float64Array(program.num_params);
      flat[0] = a;
      flat[1] = b;
      return flat;
    };
    const gradients = [vector(3, 4), vector(-6, -8), vector(4, -3), vector(1, 0), vector(0, 0)];
    const matrix = cosines(program, gradients);
    expect([...matrix.slice(0, 5)]).toEqual([1, -1, 0, 3 / 5, NaN]);
    expect([...matrix.slice(15, 20)]).toEqual([3 / 5, -3 / 5, 4 / 5, 1, NaN]);
    expect(cosines(program, gradients, 'lm_head').every(Number.isNaN)).toBe(true);
  });
});

describe('rows that moved', () => {
  const parameter = (name: string) =>
    step.program.parameters.find((parameter) => parameter.name === name)!;
  const moved = (name: string) => movedRows(parameter(name), step.change, step.gradient);

  test('of wte: the tokens of the step by their gradient, one of a step before by momentum', () => {
    const rows = moved('wte');
    const inBatch = new Set(step.batch.tokens);
    for (const { row, gradient } of rows) expect(gradient > 0).toBe(inBatch.has(row));
    // No document was long enough for f to be read, and only a step before read e.
    expect(rows.map(({ row }) => row).sort()).toEqual([0, 1, 2, 3, 4, 6]);
    expect(inBatch.has(4)).toBe(false);
  });

  test('with the norms of what moved them, farthest first', () => {
    const rows = moved('lm_head');
    const { offset, shape } = parameter('lm_head');
    for (const { row, change, gradient } of rows) {
      const from = offset + row * shape[1];
      const part = (flat: Float64Array) => Math.hypot(...flat.subarray(from, from + shape[1]));
      expect(Math.abs(change - part(step.change))).toBeLessThan(1e-16);
      expect(Math.abs(gradient - part(step.gradient))).toBeLessThan(1e-15);
    }
    const changes = rows.map(({ change }) => change);
    expect(changes).toEqual([...changes].sort((a, b) => b - a));
    expect(rows).toHaveLength(7);
  });

  test('a row that stays is not told', () => {
    const change = new Float64Array(step.program.num_params);
    const { offset, shape } = parameter('wte');
    change[offset + 3 * shape[1]] = -2;
    expect(movedRows(parameter('wte'), change, step.gradient)).toMatchObject([
      { row: 3, change: 2 }
    ]);
    expect(movedRows(parameter('lm_head'), change, step.gradient)).toEqual([]);
  });
});

test('a product over a group is over its weights only', () => {
  const { program } = step;
  const ones = new Float64Array(program.num_params).fill(1);
  const sizes = groupsAndAll.map((group) => dot(program, group, ones, ones));
  const { vocab_size: V, n_embd: C, block_size: S } = program.config;
  expect(sizes).toEqual([(V + S) * C, 2 * 4 * C * C, 2 * 8 * C * C, V * C, program.num_params]);
});
