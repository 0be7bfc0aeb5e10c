import { scheduledRate } from '../engine/adam';
import { makeBatch, type Batch } from '../engine/batch';
import type { EngineName, ModelState, TrainStep } from '../engine/engine';
import { initialize } from '../engine/initialize';
import { buildProgram, type Program } from '../engine/program';
import { Random } from '../engine/random';
import { Tokenizer } from '../engine/tokenizer';
import type { RunRequest } from './protocol';
import { initConfig, modelConfig, requireSettings, type Settings } from './settings';

/** Most positions of batches that are kept: some 5 MB. */
const MOST_KEPT = 2 ** 18;

/**
 * All that is settled before the first step, in microgpt's order: the documents are shuffled, their characters become
 * tokens, the weights are drawn, and what is left of the random stream is for drawing samples.
 * Throws SettingsError, and RangeError for a corpus without documents.
 */
export class Plan {
  readonly settings: Settings;
  readonly tokenizer: Tokenizer;
  readonly program: Program;
  /** What `auto` stands for, if this device has measured it. */
  readonly measured: EngineName | undefined;
  /** Before the first step; of a branch the state that it begins with. */
  readonly initial: ModelState;
  /** Where samples are drawn from: clone it. */
  readonly random: Random;
  readonly #docs: readonly string[];
  /** Batches that were read, by the place of their first document. */
  readonly #batches = new Map<number, Batch>();
  /** Positions of these together. */
  #kept = 0;

  constructor({ settings, corpus, measured, branch }: RunRequest) {
    this.measured = measured;
    this.settings = requireSettings(settings);
    if (corpus.docs.length === 0) throw new RangeError('corpus: needs a document, got none');
    this.random = new Random(BigInt(settings.seed));
    const docs = [...corpus.docs];
    this.random.shuffle(docs);
    this.#docs = docs;
    this.tokenizer = new Tokenizer(docs);
    const model = modelConfig(settings, this.tokenizer.vocab_size);
    this.program = buildProgram(model);
    const drawn = initialize(model, initConfig(settings), this.random);
    this.initial = branch?.state ?? drawn;
  }

  /** What the model reads at a step, from 1: the next batch_size documents, round and round. */
  documents(step: number): string[] {
    const first = this.#first(step);
    return Array.from(
      { length: this.settings.batch_size },
      (_, i) => this.#docs[(first + i) % this.#docs.length]
    );
  }

  /** The first document of a step, alone. */
  firstDocument(step: number): Batch {
    const [document] = this.documents(step);
    return makeBatch([this.tokenizer.encode(document)], this.settings.block_size);
  }

  /** The steps after `done`, `count` of them. */
  steps(done: number, count: number): TrainStep[] {
    return Array.from({ length: count }, (_, i) => this.#step(done + i + 1));
  }

  /** Tokens by id; the last is BOS. */
  vocabulary(): string[] {
    const { tokenizer } = this;
    return Array.from({ length: tokenizer.vocab_size }, (_, id) => tokenizer.token(id));
  }

  /** Place of the first document that a step reads. */
  #first(step: number): number {
    return ((step - 1) * this.settings.batch_size) % this.#docs.length;
  }

  /** Made once while there is room: the same documents come again, and a short step takes no longer than its batch. */
  #batch(step: number): Batch {
    const first = this.#first(step);
    const kept = this.#batches.get(first);
    if (kept) return kept;
    const documents = this.documents(step).map((doc) => this.tokenizer.encode(doc));
    const batch = makeBatch(documents, this.settings.block_size);
    if (this.#kept + batch.T <= MOST_KEPT) {
      this.#batches.set(first, batch);
      this.#kept += batch.T;
    }
    return batch;
  }

  #step(step: number): TrainStep {
    const { lr_schedule, learning_rate, num_steps } = this.settings;
    return {
      step,
      batch: this.#batch(step),
      learning_rate: scheduledRate(lr_schedule, learning_rate, step - 1, num_steps)
    };
  }
}
