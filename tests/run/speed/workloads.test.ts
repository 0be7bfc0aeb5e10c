import { describe, expect, test } from 'vitest';
import { buildCorpus } from '../../../src/lib/run/corpus';
import { programCost, runCost } from '../../../src/lib/run/cost';
import { defaultSettings } from '../../../src/lib/run/settings';
import {
  drawnWorkload,
  makeWorkload,
  sizesOf,
  trainSteps
} from '../../../src/lib/run/speed/workloads';

const names = ['ada', 'grace', 'alan', 'emmy'];

describe('workloads', () => {
  test('W1 reads names, one a step, as a run of preset microgpt would cost', () => {
    const workload = makeWorkload('W1', names);
    const corpus = buildCorpus('names', 'Names', names.join('\n'));
    const settings = { ...defaultSettings, ...sizesOf('W1') };
    const { flopsPerStep, tokensPerStep } = runCost(settings, corpus);
    const cost = programCost(workload.program, workload.batches);
    expect(cost.flopsPerStep).toBeCloseTo(flopsPerStep, 6);
    expect(cost.tokensPerStep).toBeCloseTo(tokensPerStep, 12);
  });

  test('W3 is 32 times W2', () => {
    const [W2, W3] = (['W2', 'W3'] as const).map((name) => {
      const { program, batches } = makeWorkload(name, names);
      return programCost(program, batches);
    });
    expect(W2.tokensPerStep).toBe(64);
    expect(W3).toEqual({
      tokensPerStep: 32 * W2.tokensPerStep,
      flopsPerStep: 32 * W2.flopsPerStep
    });
  });

  test('W2 is what is drawn for its sizes', () => {
    const drawn = drawnWorkload('W2', sizesOf('W2'));
    const W2 = makeWorkload('W2', names);
    expect(drawn.initial.weights).toEqual(W2.initial.weights);
    expect(drawn.batches[7]).toEqual(W2.batches[7]);
    expect(drawn.program.config.vocab_size).toBe(64);
  });

  test('its steps begin anew with the documents, and count on', () => {
    const workload = makeWorkload('W1', names);
    const [last, first] = trainSteps(workload, 199, 2);
    expect([last.step, first.step]).toEqual([200, 201]);
    expect(first.batch).toBe(workload.batches[0]);
    expect(last.learning_rate).toBeGreaterThan(first.learning_rate);
  });
});
