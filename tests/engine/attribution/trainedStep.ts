import { adamStep } from '$lib/engine/adam';
import { changeOf } from '$lib/engine/attribution/ledger';
import { tokenGradients } from '$lib/engine/attribution/tokenGradients';
import { makeBatch, type Batch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { ModelState } from '$lib/engine/engine';
import type { Program } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import { drawModel, encode, smallModel } from '../smallModel';

export const adam = { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 };

/** 'g' is not in any of them. */
const documents = ['cab', '', 'abcdef', 'bead'];

export const batchOf = (...texts: string[]): Batch =>
  makeBatch(
    texts.map((text) => encode(text)),
    smallModel.block_size
  );

/** The fourth step of a run, with all that led to its update. */
export interface TrainedStep {
  readonly program: Program;
  readonly batch: Batch;
  readonly before: ModelState;
  readonly after: ModelState;
  readonly update: ReturnType<typeof adamStep>;
  readonly gradient: Float64Array;
  readonly change: Float64Array;
  /** One for each row of the batch. */
  readonly tokens: readonly Float64Array[];
}

export async function trainStep(learning_rate = 0.01): Promise<TrainedStep> {
  const { program, weights } = drawModel({ n_layer: 2 }, new Random(6));
  const engine = new CpuEngine(program, adam);
  const zeros = new Float64Array(weights.length);
  await engine.load({ step: 0, weights, m: zeros, v: zeros });
  for (let step = 1; step <= 3; step++) {
    await engine.train([{ step, batch: batchOf(documents[step]), learning_rate: 0.01 }], false);
  }
  const batch = batchOf(...documents.slice(0, 3));
  const before = await engine.save();
  const tokens: Float64Array[] = [];
  for await (const { gradient } of tokenGradients(engine, batch)) tokens.push(gradient);
  await engine.train([{ step: 4, batch, learning_rate }], false);
  const after = await engine.save();
  const gradient = await engine.lastGradients();
  const change = changeOf(before.weights, after.weights);
  const update = adamStep(adam, learning_rate, 4);
  return { program, batch, before, after, update, gradient, change, tokens };
}
