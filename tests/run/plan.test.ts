import { expect, test } from 'vitest';
import { makeBatch } from '../../src/lib/engine/batch';
import { Plan } from '../../src/lib/run/plan';
import { smallRequest } from './scenario';

test('reads the documents round and round, whatever was read before', () => {
  const plan = new Plan(smallRequest({ batch_size: 3, num_steps: 200 }));
  const { block_size } = plan.settings;
  const read = (step: number) =>
    makeBatch(
      plan.documents(step).map((doc) => plan.tokenizer.encode(doc)),
      block_size
    );
  const steps = [...plan.steps(0, 100), ...plan.steps(40, 60), ...plan.steps(7, 1)];
  for (const { step, batch } of steps) expect(batch).toEqual(read(step));
  const [first, next] = [plan.documents(1), plan.documents(2)];
  expect(first).toHaveLength(3);
  expect(next).not.toEqual(first);
});
