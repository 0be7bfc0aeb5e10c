import { scheduledRate, type AdamConfig } from '../../engine/adam';
import { makeBatch, type Batch } from '../../engine/batch';
import type { ModelState, TrainStep } from '../../engine/engine';
import { initialize } from '../../engine/initialize';
import { buildProgram, type Program } from '../../engine/program';
import { Random } from '../../engine/random';
import { Tokenizer } from '../../engine/tokenizer';
import { isOnNames, sizesOf, type Sizes, type WorkloadName } from './sizes';

export { isOnNames, sizesOf, workloadNames, type Sizes, type WorkloadName } from './sizes';

/** What is timed: a training step is forward, backward and Adam. */
export interface Workload<Name extends string = WorkloadName> {
  readonly name: Name;
  readonly program: Program;
  readonly adam: AdamConfig;
  readonly initial: ModelState;
  /** The steps to train, in order; repeated when they run out. */
  readonly batches: readonly Batch[];
}

/** @param names documents of W1 and max; W2 and W3 draw random characters of a vocabulary of 64 */
export function makeWorkload(name: WorkloadName, names: readonly string[]): Workload {
  if (!isOnNames(name)) return drawnWorkload(name, sizesOf(name));
  return workloadOn(name, sizesOf(name), [...names], new Random(42));
}

/** A workload of any sizes, on documents as long as the context: random characters of a vocabulary of 64. */
export function drawnWorkload<Name extends string>(name: Name, sizes: Sizes): Workload<Name> {
  const random = new Random(42);
  return workloadOn(name, sizes, randomDocs(random, sizes.block_size), random);
}

/** Shuffles the documents, and draws the weights from what is left of the random stream. */
function workloadOn<Name extends string>(
  name: Name,
  sizes: Sizes,
  docs: string[],
  random: Random
): Workload<Name> {
  random.shuffle(docs);
  const tokenizer = new Tokenizer(docs);
  const { batch_size, block_size } = sizes;
  const model = { ...sizes, vocab_size: tokenizer.vocab_size, activation: 'relu' } as const;
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
export function trainSteps(workload: Workload<string>, from: number, count: number): TrainStep[] {
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
