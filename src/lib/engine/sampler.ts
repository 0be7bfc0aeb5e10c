import { CpuDecoder } from './cpu/decoder';
import { softmax } from './ops/softmax';
import type { ModelConfig } from './program';
import type { Random } from './random';
import type { Tokenizer } from './tokenizer';

/**
 * Draws documents from a model token by token until BOS or block_size, after microgpt's inference.
 * It always computes in f64 from the weights given, whichever engine trained them, so that a drawing depends on the
 * weights and the random generator alone and never touches the engine that trains.
 */
export class Sampler {
  readonly #decoder: CpuDecoder;
  readonly #config: ModelConfig;
  readonly #tokenizer: Tokenizer;
  readonly #probs: Float64Array;
  readonly #scaled: Float64Array;

  constructor(config: ModelConfig, tokenizer: Tokenizer) {
    this.#decoder = new CpuDecoder(config);
    this.#config = config;
    this.#tokenizer = tokenizer;
    this.#probs = new Float64Array(config.vocab_size);
    this.#scaled = new Float64Array(config.vocab_size);
  }

  /** @param weights flat, laid out by the program's parameters */
  load(weights: Float64Array): void {
    this.#decoder.load(weights);
  }

  /**
   * One document, without BOS. Moves `random` on by one number per token.
   * @param temperature > 0: logits are divided by it; below 1 the likely becomes likelier
   */
  draw(random: Random, temperature: number): string {
    const { block_size } = this.#config;
    const { BOS } = this.#tokenizer;
    let token = BOS;
    let text = '';
    this.#decoder.restart();
    for (let position = 0; position < block_size; position++) {
      token = random.choice(this.probabilities(token, temperature));
      if (token === BOS) break;
      text += this.#tokenizer.token(token);
    }
    return text;
  }

  /** Feeds one more token and returns (V) probabilities of the next. */
  probabilities(token: number, temperature: number): Float64Array {
    const logits = this.#decoder.next(token);
    for (let i = 0; i < logits.length; i++) this.#scaled[i] = logits[i] / temperature;
    softmax.forward({ x: this.#scaled, y: this.#probs }, { rows: 1, n: logits.length });
    return this.#probs;
  }
}
