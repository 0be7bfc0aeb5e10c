import { beforeAll, describe, expect, test } from 'vitest';
import { adamStep } from '$lib/engine/adam';
import { groupsAndAll } from '$lib/engine/attribution/groups';
import { ledger, lossSlice } from '$lib/engine/attribution/ledger';
import { explainUpdate, type WeightState } from '$lib/engine/attribution/weightUpdate';
import { SeededValue } from '$lib/engine/cpu/seededValue';
import { Random } from '$lib/engine/random';
import { ulp } from '../closeness';
import { adam, trainStep, type TrainedStep } from './trainedStep';

let step: TrainedStep;
beforeAll(async () => {
  step = await trainStep();
});

/** How far two parts are from their sum, in units in the last place of the larger part. */
function gap(fromGradient: number, fromMomentum: number, update: number): number {
  const larger = Math.max(Math.abs(fromGradient), Math.abs(fromMomentum));
  return Math.abs(fromGradient + fromMomentum - update) / ulp(larger);
}

describe("one weight's update", () => {
  const stateOf = (i: number): WeightState => {
    const { weights, m, v } = step.before;
    return { w: weights[i], g: step.gradient[i], m: m[i], v: v[i] };
  };

  test('is that of training, bit for bit', () => {
    const { weights, m, v } = step.after;
    for (let i = 0; i < weights.length; i++) {
      const explained = explainUpdate(adam, step.update, stateOf(i));
      expect([explained.w, explained.m, explained.v]).toEqual([weights[i], m[i], v[i]]);
    }
  });

  test('is the sum of its two parts, within an ulp of the larger', () => {
    let worst = 0;
    for (let i = 0; i < step.change.length; i++) {
      const { fromGradient, fromMomentum, update } = explainUpdate(adam, step.update, stateOf(i));
      worst = Math.max(worst, gap(fromGradient, fromMomentum, update));
      const { w } = stateOf(i);
      expect(Math.abs(step.change[i] + update)).toBeLessThanOrEqual(
        ulp(Math.max(Math.abs(w), Math.abs(w - update)))
      );
    }
    console.log(`parts of updates sum to them within ${worst} ulp`);
    expect(worst).toBeLessThanOrEqual(1);
  });

  test('the parts are those of the formula, and right in their own last digits', () => {
    const random = new Random(3);
    for (let i = 0; i < 2000; i++) {
      const [g, m] = [0, 0].map(() => random.gauss(0, 1) * 10 ** (-8 * random.random()));
      const state = { w: 0, g, m, v: random.random() };
      const { v_hat, update, ...parts } = explainUpdate(adam, step.update, state);
      const { learning_rate, correction1 } = step.update;
      const scale = learning_rate / correction1 / (Math.sqrt(v_hat) + adam.eps_adam);
      const expected = [(1 - adam.beta1) * g * scale, adam.beta1 * m * scale];
      [parts.fromGradient, parts.fromMomentum].forEach((part, k) =>
        expect(Math.abs(part - expected[k])).toBeLessThan(1e-15 * Math.abs(expected[k]))
      );
      expect(gap(parts.fromGradient, parts.fromMomentum, update)).toBeLessThanOrEqual(1);
    }
  });

  test('by hand', () => {
    const half = { beta1: 0.5, beta2: 0.75, eps_adam: 1 };
    const update = { learning_rate: 6, correction1: 0.75, correction2: 0.4375 };
    const explained = explainUpdate(half, update, { w: 10, g: 1, m: 2, v: 2 });
    const { update: taken, ...rest } = explained;
    expect(rest.m).toBe(1.5);
    expect(rest.m_hat).toBe(2);
    expect(rest.v).toBe(1.75);
    expect(rest.v_hat).toBe(4);
    expect(taken).toBe(4);
    expect(rest.w).toBe(6);
    expect(rest.fromGradient).toBeCloseTo(4 / 3, 15);
    expect(rest.fromMomentum).toBeCloseTo(8 / 3, 15);
  });

  test.each<[string, Partial<WeightState>, (keyof ReturnType<typeof explainUpdate>)[]]>([
    ['a first step is all gradient', { m: 0 }, ['fromMomentum']],
    ['without a gradient it is all momentum', { g: 0 }, ['fromGradient']],
    ['without either it is nothing', { g: 0, m: 0 }, ['fromGradient', 'fromMomentum', 'update']]
  ])('%s', (_, state, zeros) => {
    const explained = explainUpdate(adam, adamStep(adam, 0.01, 1), {
      ...{ w: 1, g: 0.3, m: 0.2, v: 0.04 },
      ...state
    });
    for (const name of zeros) expect(explained[name]).toBe(0);
    expect(explained.fromGradient + explained.fromMomentum).toBe(explained.update);
  });

  test('parts that cancel are both told', () => {
    const state = { w: 1, g: adam.beta1 / (1 - adam.beta1), m: -1, v: 0.5 };
    const { update, fromGradient, fromMomentum } = explainUpdate(adam, step.update, state);
    expect(Math.abs(update)).toBeLessThan(1e-15);
    expect(fromGradient).toBeGreaterThan(1e-3);
    expect(fromMomentum).toBeLessThan(-1e-3);
    expect(gap(fromGradient, fromMomentum, update)).toBeLessThanOrEqual(1);
  });
});

describe('the ledger', () => {
  const linesOf = ({ program, batch, before, after, gradient }: TrainedStep) =>
    ledger(new SeededValue(program, batch), {
      gradient,
      before: before.weights,
      after: after.weights
    });

  test('measures the loss before and after, whole', () => {
    const { program, batch, before, after } = step;
    const loss = new SeededValue(program, batch);
    const at = (weights: Float64Array) => {
      loss.load(weights);
      return loss.value();
    };
    const all = linesOf(step).at(-1)!;
    expect(all.group).toBe('all');
    expect(all.measured).toBe(at(after.weights) - at(before.weights));
    expect(all.residual).toBe(all.measured - all.predicted);
    expect(all.measured).toBeLessThan(0);
  });

  test('predicts group by group what sums to the whole', () => {
    const lines = linesOf(step);
    expect(lines.map(({ group }) => group)).toEqual(groupsAndAll);
    const parts = lines.slice(0, -1).reduce((sum, { predicted }) => sum + predicted, 0);
    expect(Math.abs(parts - lines.at(-1)!.predicted)).toBeLessThan(1e-15);
  });

  test('misses by what is of second order: a tenth of the step, a hundredth of the residual', async () => {
    const [whole, tenth] = [await trainStep(1e-4), await trainStep(1e-5)].map(linesOf);
    whole.forEach(({ group, predicted, residual }, i) => {
      expect(Math.abs(predicted / tenth[i].predicted - 10), group).toBeLessThan(1e-9);
      expect(residual / tenth[i].residual, group).toBeGreaterThan(90);
      expect(residual / tenth[i].residual, group).toBeLessThan(110);
      expect(Math.abs(residual)).toBeLessThan(0.1 * Math.abs(predicted));
    });
  });

  test('a slice goes through both ends, and starts along the straight line', () => {
    const { program, batch, before, after, gradient } = step;
    const update = { gradient, before: before.weights, after: after.weights };
    const all = linesOf(step).at(-1)!;
    const points = lossSlice(new SeededValue(program, batch), update, [0, 1e-4, 0.5, 1, 2]);
    expect(points.map(({ share }) => share)).toEqual([0, 1e-4, 0.5, 1, 2]);
    const [start, near, , end] = points;
    expect(start.loss).toBe(start.predicted);
    expect(Math.abs(end.loss - start.loss - all.measured)).toBeLessThan(1e-14);
    expect(Math.abs(end.predicted - start.loss - all.predicted)).toBeLessThan(1e-15);
    const slope = (near.loss - start.loss) / (near.predicted - start.predicted);
    expect(Math.abs(slope - 1)).toBeLessThan(1e-3);
  });
});
