import { afterAll, describe, expect, test } from 'vitest';
import { makeBatch, type Batch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Trace } from '$lib/engine/engine';
import type { Parameter, Program } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import { uniform } from './operationCase';
import { drawModel, encode, flatten, smallModel } from './smallModel';
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

/** Largest difference seen, in tolerances. */
let worst = 0;

describe.each(models)('$n_layer layers, $activation', (model) => {
  test.each(Object.entries(batches))('%s', async (_, documents) => {
    const random = new Random(5);
    const { program, weights } = drawModel({ ...model, batch_size: documents.length }, random);
    const batch = makeBatch(
      documents.map((text) => encode(text)),
      smallModel.block_size
    );
    const at = tracer(program, batch);
    const gradient = flatten(program, (await at(weights)).gradients);
    const moves = [
      ...program.parameters.flatMap((parameter) => oneEntry(parameter, weights, random)),
      { where: 'a random direction', direction: uniform(weights.length, -1, 1, random) }
    ];
    const compared: { where: string; excess: number }[] = [];
    for (const { where, direction } of moves) {
      const [above, below] = [
        await at(add(weights, h, direction)),
        await at(add(weights, -h, direction))
      ];
      if (kinked(above, below, program)) continue;
      const numeric = (loss(above) - loss(below)) / (2 * h);
      const backward = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
      const excess = Math.abs(backward - numeric) / (atol + rtol * Math.abs(numeric));
      compared.push({ where, excess });
    }
    expect(compared.length).toBeGreaterThan(0.98 * moves.length);
    expect(compared.filter(({ excess }) => !(excess <= 1))).toEqual([]);
    worst = Math.max(worst, ...compared.map(({ excess }) => excess));
  });
});

afterAll(() => {
  console.log(`the model's differences reach ${(100 * worst).toFixed(1)} % of the tolerance`);
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
