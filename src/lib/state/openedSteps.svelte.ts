import type { Inspection, InspectionRequest } from '../run/protocol';
import { middle } from './middle';

/** What of a run opens its steps. */
export interface Opener {
  readonly readOnly: boolean;
  /** Steps done. */
  readonly done: number;
  inspect(request: InspectionRequest): Promise<Inspection>;
}

/** A step to open, read with its own document or with that of another step. */
export interface Wish {
  readonly step: number;
  readonly document?: number;
}

/** Most steps kept: at preset `max` each takes half a megabyte, and more with tensors. */
const MOST_KEPT = 16;

/** How many of the last times tell how long a step takes to open. */
const TIMED = 9;

/**
 * The steps of a run that were opened again, with their frames. One is opened at a time; what is wished for meanwhile
 * replaces what was wished for before.
 */
export class OpenedSteps {
  readonly #opener: Opener;
  readonly #now: () => number;
  #kept = $state.raw<ReadonlyMap<string, Inspection>>(new Map());
  #refusal = $state<string | null>(null);
  #times = $state.raw<readonly number[]>([]);
  #wishes: readonly Wish[] = [];
  /** The keys of what was wished for last, whatever became of it. */
  #wished = '';
  #isGranting = false;
  #tensors: Pick<InspectionRequest, 'values' | 'gradients'> = { values: [], gradients: [] };
  #done = 0;

  constructor(opener: Opener, now = () => performance.now()) {
    this.#opener = opener;
    this.#now = now;
  }

  /** Why the last step did not open, in a sentence. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** Milliseconds that a step takes to open, about; null before the first. */
  get openingTime(): number | null {
    return this.#times.length === 0 ? null : middle(this.#times);
  }

  /** True for an imported trace: there is nobody to open a step. */
  get readOnly(): boolean {
    return this.#opener.readOnly;
  }

  /** What is here of a step; undefined while it is not opened. */
  find(wish: Wish): Inspection | undefined {
    return this.#kept.get(keyOf(wish));
  }

  /** The last of the steps that have read a document; undefined while none has. */
  newest(document: number): Inspection | undefined {
    const readings = [...this.#kept].filter(([key]) => key.endsWith(` reads ${document}`));
    return readings.map(([, inspection]) => inspection).sort((a, b) => b.step - a.step)[0];
  }

  /** Opens what is not here, the first first, and forgets what was wished for earlier. */
  wish(wishes: readonly Wish[]): void {
    const wished = wishes.map(keyOf).join();
    if (!this.#forgetReset() && wished === this.#wished) return;
    this.#wished = wished;
    this.#wishes = this.readOnly ? [] : wishes;
    this.#refusal = null;
    if (!this.#isGranting) void this.#grant();
  }

  /** A step with its frame, opened now unless it is here. Rejects as `Run.inspect` does. */
  async open(wish: Wish): Promise<Inspection> {
    this.#forgetReset();
    return this.find(wish) ?? this.#ask({ ...wish, ...this.#tensors });
  }

  /** Tensors of a step: those that came with its frame, or else opened now. They come with every further frame too. */
  async inspect(request: InspectionRequest): Promise<Inspection> {
    const { values, gradients } = request;
    this.#tensors = { values, gradients };
    const kept = this.find(request);
    const isWhole =
      kept !== undefined &&
      values.every((name) => name in kept.values) &&
      gradients.every((name) => name in kept.gradients);
    return isWhole ? kept : this.#opener.inspect(request);
  }

  /** No tensors are needed any more. */
  needNone(): void {
    this.#tensors = { values: [], gradients: [] };
  }

  async #grant(): Promise<void> {
    this.#isGranting = true;
    for (let wish = this.#next(); wish; wish = this.#next()) {
      const { step, document } = wish;
      try {
        await this.#ask({ ...(document === undefined && this.#tensors), step, document });
      } catch (error) {
        this.#refuse(wish, error);
      }
    }
    this.#isGranting = false;
  }

  #next(): Wish | undefined {
    return this.#wishes.find((wish) => !this.find(wish) && this.#isDone(wish));
  }

  #isDone({ step, document = 0 }: Wish): boolean {
    const { done } = this.#opener;
    return done > 0 && step <= done && document <= done;
  }

  #refuse(refused: Wish, error: unknown): void {
    this.#wishes = this.#wishes.filter((wish) => keyOf(wish) !== keyOf(refused));
    const isSuperseded = error instanceof Error && 'superseded' in error && error.superseded;
    if (!isSuperseded) this.#refusal = error instanceof Error ? error.message : String(error);
  }

  async #ask(wish: Wish & Partial<InspectionRequest>): Promise<Inspection> {
    const began = this.#now();
    const whole = { values: [], gradients: [], ...wish, frame: true };
    const inspection = await this.#opener.inspect(whole);
    this.#times = [...this.#times, this.#now() - began].slice(-TIMED);
    this.#keep(wish, inspection);
    return inspection;
  }

  #keep(wish: Wish, inspection: Inspection): void {
    const kept = new Map(this.#kept);
    kept.delete(keyOf(wish));
    kept.set(keyOf(wish), inspection);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    this.#kept = kept;
  }

  /** After a reset, steps are trained anew; tells whether there was one. */
  #forgetReset(): boolean {
    const { done } = this.#opener;
    const isReset = done < this.#done;
    if (isReset) this.#kept = new Map();
    this.#done = done;
    return isReset;
  }
}

function keyOf({ step, document }: Wish): string {
  return document === undefined ? `${step}` : `${step} reads ${document}`;
}
