import { expect, test } from 'vitest';
import { drawBatch, smallModel, adam } from '../engine/gpu/models';
import { compileSimd } from '../../src/lib/engine/simd/module';
import { SimdEngine } from '../../src/lib/engine/simd/simdEngine';
import { WorkerCrew } from '../../src/lib/run/workerCrew';

const sizes = { n_embd: 64, n_head: 4, block_size: 64, batch_size: 8 };
const { program, state } = smallModel(sizes);
const module = await compileSimd();

const steps = [1, 2, 3].map((step) => ({
  step,
  batch: drawBatch(program, [64, 3, 40, 17, 64, 64, 9, 30], step),
  learning_rate: 0.01
}));

async function train(crew?: WorkerCrew) {
  const engine = await SimdEngine.open(program, adam, { module, crew });
  await engine.load(state);
  const { metrics } = await engine.train(steps, false);
  const saved = await engine.save();
  engine.dispose();
  return { metrics, saved };
}

test.each([2, 3])('%i workers in all give the bits of one', async (cores) => {
  const crew = WorkerCrew.open(program, module, cores)!;
  expect(crew.size).toBe(cores - 1);
  const asked: unknown[] = [];
  const ask = crew.ask.bind(crew);
  crew.ask = (member, work) => {
    const sums = ask(member, work);
    asked.push(sums);
    return sums;
  };
  expect(await train(crew)).toEqual(await train());
  expect(asked).toHaveLength(steps.length * crew.size);
  await expect(Promise.all(asked)).resolves.toHaveLength(asked.length);
});

test('what is short, or cannot be shared, is not', () => {
  expect(WorkerCrew.open(program, module, 1)).toBeUndefined();
  expect(WorkerCrew.open(smallModel().program, module, 8)).toBeUndefined();
  expect(
    WorkerCrew.open(smallModel({ ...sizes, batch_size: 1 }).program, module, 8)
  ).toBeUndefined();
});
