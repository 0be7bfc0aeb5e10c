import { scheduledRate, type AdamConfig } from '../src/lib/engine/adam';
import { makeBatch, type Batch } from '../src/lib/engine/batch';
import type { ModelState, TrainStep } from '../src/lib/engine/engine';
import { initialize } from '../src/lib/engine/initialize';
import { buildProgram, type Program } from '../src/lib/engine/program';
import { Random } from '../src/lib/engine/random';
import { Tokenizer } from '../src/lib/engine/tokenizer';

/** What is timed: a training step is forward, backward and Adam. */
export interface Workload {
  readonly name: WorkloadName;
  readonly program: Program;
  readonly adam: AdamConfig;
  readonly initial: ModelState;
  /** The steps to train, in order; repeated when they run out. */
  readonly batches: readonly Batch[];
}

const sizes = {
  /** Preset `microgpt`, one name a step. */
  W1: { n_layer: 1, n_embd: 16, n_head: 4, block_size: 16, batch_size: 1 },
  /** Preset `max`, one name a step. */
  max: { n_layer: 2, n_embd: 64, n_head: 4, block_size: 64, batch_size: 1 },
  /** Preset `max`, one document of 64 tokens a step. */
  W2: { n_layer: 2, n_embd: 64, n_head: 4, block_size: 64, batch_size: 1 },
  /** W2 with 32 documents a step. */
  W3: { n_layer: 2, n_embd: 64, n_head: 4, block_size: 64, batch_size: 32 }
} as const;

export type WorkloadName = keyof typeof sizes;
export const workloadNames = Object.keys(sizes) as WorkloadName[];

/** Sizes of the model, and documents in a step. */
export const sizesOf = (name: WorkloadName) => sizes[name];

/** Whether its documents are names: of many lengths, and the ones that microgpt.py trains on. */
export const isOnNames = (name: WorkloadName): name is 'W1' | 'max' =>
  name === 'W1' || name === 'max';

/** @param names documents of W1 and max; W2 and W3 draw random characters of a vocabulary of 64 */
export function makeWorkload(name: WorkloadName, names: readonly string[]): Workload {
  const random = new Random(42);
  const docs = isOnNames(name) ? [...names] : randomDocs(random, 64);
  random.shuffle(docs);
  const tokenizer = new Tokenizer(docs);
  const { batch_size, block_size } = sizes[name];
  const model = { ...sizes[name], vocab_size: tokenizer.vocab_size, activation: 'relu' } as const;
  const initial = initialize(model, { init_std: 0.08, init_zero_projections: false }, random);
  const batches = Array.from({ length: 200 }, (_, step) => {
    const place = (i: number) => docs[(step * batch_size + i) % docs.length];
    const chosen = Array.from({ length: batch_size }, (_, i) => tokenizer.encode(place(i)));
    return makeBatch(chosen, block_size);
  });
  const adam = { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 };
  return { name, program: buildProgram(model), adam, initial, batches };
}

/** Steps `from` + 1 … `from` + count of a run of 1,000 with microgpt's learning rate. */
export function trainSteps(workload: Workload, from: number, count: number): TrainStep[] {
  return Array.from({ length: count }, (_, i) => {
    const done = from + i;
    const learning_rate = scheduledRate('linear', 0.01, done % 1000, 1000);
    return {
      step: done + 1,
      batch: workload.batches[done % workload.batches.length],
      learning_rate
    };
  });
}

function randomDocs(random: Random, length: number): string[] {
  const characters = Array.from({ length: 63 }, (_, i) => String.fromCharCode(48 + i));
  const weights = characters.map(() => 1);
  return Array.from({ length: 256 }, () =>
    Array.from({ length }, () => characters[random.choice(weights)]).join('')
  );
}
