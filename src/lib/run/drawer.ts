import type { Random } from '../engine/random';
import { Sampler } from '../engine/sampler';
import type { Corpus } from './corpus';
import type { TrainerHost } from './host';
import type { Validate } from './packs';
import type { Plan } from './plan';
import type { SampleEvent } from './protocol';
import { sampleShares, scoreSamples } from './scores';

/** What is drawn: how many documents, how adventurous, from which weights, after how many steps. */
export interface Drawing {
  readonly step: number;
  readonly weights: Float64Array;
  readonly count: number;
  readonly temperature: number;
}

/** Milliseconds of drawing after which messages are let in. */
const LONG = 10;

/**
 * Draws samples without moving training. The first drawing at a step starts where the random stream was after
 * initialisation, as in microgpt; further ones at the same step continue.
 */
export class Drawer {
  readonly #plan: Plan;
  readonly #sampler: Sampler;
  readonly #lines: ReadonlySet<string>;
  readonly #validate: Validate | null;
  readonly #host: TrainerHost;
  #stream: { step: number; random: Random } | null = null;

  constructor(plan: Plan, corpus: Corpus, validate: Validate | null, host: TrainerHost) {
    this.#plan = plan;
    this.#sampler = new Sampler(plan.program.config, plan.tokenizer);
    this.#lines = new Set(corpus.docs);
    this.#validate = validate;
    this.#host = host;
  }

  /** Forgets what was drawn: the next drawing is a first one again. */
  restart(): void {
    this.#stream = null;
  }

  async draw({ step, weights, count, temperature }: Drawing): Promise<SampleEvent> {
    const texts = await this.#texts(this.#streamAt(step), weights, count, temperature);
    const samples = scoreSamples(texts, this.#lines, this.#validate);
    return {
      type: 'sample.generated',
      step,
      temperature,
      samples,
      shares: sampleShares(samples)
    };
  }

  async #texts(random: Random, weights: Float64Array, count: number, temperature: number) {
    const texts: string[] = [];
    let breath = this.#host.now();
    this.#sampler.load(weights);
    while (texts.length < count) {
      texts.push(this.#sampler.draw(random, temperature));
      if (this.#host.now() - breath < LONG) continue;
      await this.#host.breathe();
      breath = this.#host.now();
    }
    return texts;
  }

  #streamAt(step: number): Random {
    if (this.#stream?.step !== step) this.#stream = { step, random: this.#plan.random.clone() };
    return this.#stream.random;
  }
}
