import { describe, expect, test } from 'vitest';
import { makeBatch, type Batch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Trace } from '$lib/engine/engine';
import type { Parameter, Program } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import { uniform } from './operationCase';
import { drawModel, encode, smallModel } from './smallModel';
import { tolerances } from './tolerances';

const { h, atol, rtol } = tolerances.difference;

/** Documents of a step; '' is one token long, and block_size 5 cuts what has more than 4 letters before its BOS. */
const batches: Record<string, string[]> = {
  'one document': ['abca'],
  'one token': [''],
  'a document cut at block_size': ['fedcbaabc'],
  'three documents, one of one token, one cut': ['cab', '', 'abcdefedcba'],
  'three documents, two the same': ['ab', 'ab', 'f']
};

const models = [1, 2].flatMap((n_layer) =>
  (['relu', 'relu2'] as const).map((activation) => ({ n_layer, activation }))
);

/** Entries of each parameter that are moved. */
const ENTRIES = 6;

describe.each(models)('$n_layer layers, $activation', (model) => {
  test.each(Object.entries(batches))('%s', async (_, documents) => {
    const random = new Random(5);
    const { program, weights } = drawModel({ ...model, batch_size: documents.length }, random);
    const batch = makeBatch(
      documents.map((text) => encode(text)),
      smallModel.block_size
    );
    const at = tracer(program, batch);
    const { gradients } = await at(weights);
    const moves = [
      ...program.parameters.flatMap((parameter) => oneEntry(parameter, weights, random)),
      { where: 'a random direction', direction: uniform(weights.length, -1, 1, random) }
    ];
    let compared = 0;
    for (const { where, direction } of moves) {
      const [above, below] = [
        await at(add(weights, h, direction)),
        await at(add(weights, -h, direction))
      ];
      if (kinked(above, below, program)) continue;
      const numeric = (loss(above) - loss(below)) / (2 * h);
      const backward = program.parameters.reduce(
        (sum, { name, offset }) =>
          gradients.get(name)!.reduce((partial, g, i) => partial + g * direction[offset + i], sum),
        0
      );
      expect(Math.abs(backward - numeric), where).toBeLessThanOrEqual(
        atol + rtol * Math.abs(numeric)
      );
      compared++;
    }
    expect(compared).toBeGreaterThan(0.98 * moves.length);
  });
});

/** Loss, activations and gradients of a batch at any weights. */
function tracer(program: Program, batch: Batch): (weights: Float64Array) => Promise<Trace> {
  const engine = new CpuEngine(program, { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 });
  const zeros = new Float64Array(program.num_params);
  return async (weights) => {
    await engine.load({ step: 0, weights, m: zeros, v: zeros });
    return engine.trace(batch);
  };
}

function oneEntry({ name, offset, size }: Parameter, weights: Float64Array, random: Random) {
  return Array.from({ length: ENTRIES }, () => {
    const i = Math.floor(random.random() * size);
    const direction = new Float64Array(weights.length);
    direction[offset + i] = 1;
    return { where: `${name}[${i}]`, direction };
  });
}

/** Whether a hidden unit changed sides of ReLU's kink on the way: there the difference means nothing. */
function kinked(above: Trace, below: Trace, program: Program): boolean {
  return program.nodes
    .filter(({ operationName }) => operationName === 'relu')
    .some(({ inputs }) => {
      const [a, b] = [above.values.get(inputs.x)!, below.values.get(inputs.x)!];
      return a.some((x, i) => x > 0 !== b[i] > 0);
    });
}

function add(weights: Float64Array, step: number, direction: Float64Array): Float64Array {
  return weights.map((w, i) => w + step * direction[i]);
}

function loss(trace: Trace): number {
  return trace.values.get('loss')![0];
}
