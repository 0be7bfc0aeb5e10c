import { scheduledRate } from '../engine/adam';
import { makeBatch, type Batch } from '../engine/batch';
import type { EngineName, ModelState, TrainStep } from '../engine/engine';
import { initialize } from '../engine/initialize';
import { buildProgram, type Program } from '../engine/program';
import { Random } from '../engine/random';
import { Tokenizer } from '../engine/tokenizer';
import type { RunRequest } from './protocol';
import { initConfig, modelConfig, requireSettings, type Settings } from './settings';

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
  /** Token ids of the documents that were read so far. */
  readonly #encoded: Int32Array[] = [];

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
    return this.#places(step).map((place) => this.#docs[place]);
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

  /** Which documents a step reads. */
  #places(step: number): number[] {
    const { batch_size } = this.settings;
    const first = (step - 1) * batch_size;
    return Array.from({ length: batch_size }, (_, i) => (first + i) % this.#docs.length);
  }

  #read(place: number): Int32Array {
    return (this.#encoded[place] ??= this.tokenizer.encode(this.#docs[place]));
  }

  #step(step: number): TrainStep {
    const { block_size, lr_schedule, learning_rate, num_steps } = this.settings;
    const documents = this.#places(step).map((place) => this.#read(place));
    return {
      step,
      batch: makeBatch(documents, block_size),
      learning_rate: scheduledRate(lr_schedule, learning_rate, step - 1, num_steps)
    };
  }
}
