import { precisions, type EngineName, type ModelState } from '../engine/engine';
import { Keyframe } from './keyframe';
import type { Plan } from './plan';
import type { TimelineSummary } from './protocol';
import { firstSpacing } from './spacing';

/** Most bytes that keyframes take together. */
export const MOST_BYTES = 128 * 2 ** 20;

/** Least milliseconds from one capture to the next: from a GPU it is a readback. */
const LEAST_REST: Record<EngineName, number> = { cpu: 0, gpu: 100, simd: 0 };

/** After a capture, training goes on undisturbed for so many times what the capture took. */
const REST_PER_CAPTURE = 50;

/** But no longer than so many milliseconds: what was trained meanwhile has to be trained again to open a step of it. */
const MOST_REST = 300;

/** Share of the memory that keyframes at a change of engine keep when others are dropped. */
const HANDOVER_SHARE = 0.25;

/** Steps trained by one engine, one after another. */
export interface Leg {
  readonly engine: EngineName;
  /** The step before its first. */
  readonly after: number;
}

/**
 * What is kept of a run so that any of its steps can be trained again: the loss of each step, the engine that trained
 * it, and keyframes — weights and moments — every `spacing` steps or more. When memory is full, spacing doubles and
 * every other keyframe is dropped. It never alters the states it is given.
 */
export class Timeline {
  readonly #mostBytes: number;
  #era = 0;
  /** Steps done before the first loss. */
  #first = 0;
  #losses: number[] = [];
  #legs: Leg[] = [];
  #keyframes: Keyframe[] = [];
  #num_steps = 0;
  #spacing = Infinity;
  #restUntil = 0;
  #summary: TimelineSummary = { keyframes: 0, bytes: 0, spacing: 0 };

  /** @param mostBytes with 0 only the initial state is kept, which the plan holds anyway */
  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** Counts the beginnings: what was read in one era is not to be continued in another. */
  get era(): number {
    return this.#era;
  }

  /** Steps done before any of these: those of the run that a branch left. */
  get first(): number {
    return this.#first;
  }

  /** Steps done; the losses of those after `first` are known. */
  get done(): number {
    return this.#first + this.#losses.length;
  }

  /** Replaced when it changes. */
  get summary(): TimelineSummary {
    return this.#summary;
  }

  /** Forgets all: the run begins, or begins again. */
  begin(plan: Plan, engine: EngineName): void {
    const { initial } = plan;
    this.#era += 1;
    this.#num_steps = plan.settings.num_steps;
    this.#first = initial.step;
    this.#losses = [];
    this.#legs = [{ engine, after: initial.step }];
    this.#keyframes = [new Keyframe(initial)];
    const places = placesFor(plan, this.#mostBytes, engine);
    this.#spacing = places === 1 ? Infinity : firstSpacing(plan, places);
    this.#restUntil = 0;
    this.#summarize();
  }

  /** Notes the loss of the next step. */
  note(loss: number): void {
    this.#losses.push(loss);
  }

  /** Another engine goes on from a state; of the steps noted after it, it counts as the one that trained them. */
  handOver(state: ModelState, engine: EngineName): void {
    this.#legs = this.#legs.filter(({ after }) => after < state.step);
    this.#legs.push({ engine, after: state.step });
    this.#keyframes = this.#keyframes.filter((keyframe) => keyframe.step < state.step);
    this.#keyframes.push(new Keyframe(state, true));
    this.#fit();
  }

  /** Steps that may be trained before the next capture could be due; any number while it waits for its time. */
  room(step: number): number {
    const left = this.#newest + this.#spacing - step;
    return left > 0 ? left : Infinity;
  }

  /** Whether a keyframe should be taken after a step. */
  isDue(step: number, now: number): boolean {
    return step < this.#num_steps && step >= this.#newest + this.#spacing && now >= this.#restUntil;
  }

  /** Keeps a state, whose capture took from `began` to `now`. */
  take(state: ModelState, began: number, now: number): void {
    if (state.step <= this.#newest) return;
    const { engine } = this.#legs[this.#legs.length - 1];
    const rest = Math.min(MOST_REST, REST_PER_CAPTURE * (now - began));
    this.#restUntil = now + Math.max(LEAST_REST[engine], rest);
    this.#keyframes.push(new Keyframe(state));
    this.#fit();
  }

  /** Whether training left a gap before a step, after so many of them done, and there is room for a keyframe in it. */
  isGap(step: number): boolean {
    const before = this.#before(step + 1);
    const hasRoom = this.#bytes + before.bytes <= this.#mostBytes;
    return hasRoom && step - before.step >= this.#spacing;
  }

  /** Keeps the state that a replay came to, in a gap. */
  fill(state: ModelState): void {
    if (!this.isGap(state.step)) return;
    const after = this.#keyframes.findIndex((keyframe) => keyframe.step > state.step);
    const at = after < 0 ? this.#keyframes.length : after;
    this.#keyframes.splice(at, 0, new Keyframe(state));
    this.#summarize();
  }

  /** The newest keyframe before a step, from 1: that step can be trained from it. */
  before(step: number): ModelState {
    return this.#before(step).state();
  }

  /** Its step. */
  stepBefore(step: number): number {
    return this.#before(step).step;
  }

  /** Which engines trained the steps from `first` to `last`, in order. */
  legs(first: number, last: number): Leg[] {
    const legs = this.#legs.filter(({ after }) => after < last);
    return legs.filter((_, i) => i === legs.length - 1 || legs[i + 1].after >= first);
  }

  /** The loss that training told of a step. */
  loss(step: number): number {
    return this.#losses[step - this.#first - 1];
  }

  /** Step of the newest keyframe. */
  get #newest(): number {
    return this.#keyframes.at(-1)?.step ?? 0;
  }

  get #bytes(): number {
    return this.#keyframes.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #before(before: number): Keyframe {
    return this.#keyframes.findLast(({ step }) => step < before)!;
  }

  #fit(): void {
    while (this.#bytes > this.#mostBytes && this.#keyframes.length > 1) {
      this.#spacing *= 2;
      this.#thin();
    }
    this.#summarize();
  }

  /** Drops every keyframe that leaves no gap wider than the spacing. */
  #thin(): void {
    const spared = this.#newestHandovers();
    const kept: Keyframe[] = [];
    this.#keyframes.forEach((keyframe, i, all) => {
      const last = kept.at(-1)?.step ?? -Infinity;
      const next = all[i + 1]?.step ?? keyframe.step + 1;
      if (spared.has(keyframe) || next - last > this.#spacing) kept.push(keyframe);
    });
    this.#keyframes = kept;
  }

  /** As many as have room in their share of the memory. */
  #newestHandovers(): ReadonlySet<Keyframe> {
    let left = HANDOVER_SHARE * this.#mostBytes;
    const handovers = this.#keyframes.filter(({ isHandover }) => isHandover).reverse();
    return new Set(handovers.filter(({ bytes }) => (left -= bytes) >= 0));
  }

  #summarize(): void {
    const { length: keyframes } = this.#keyframes;
    this.#summary = { keyframes, bytes: this.#bytes, spacing: this.#spacing };
  }
}

/** How many keyframes of an engine there is room for, the initial one among them. */
function placesFor({ initial }: Plan, mostBytes: number, engine: EngineName): number {
  const first = new Keyframe(initial).bytes;
  const each = 3 * initial.weights.length * (precisions[engine] === 'f32' ? 4 : 8);
  return Math.max(1, 1 + Math.floor((mostBytes - first) / each));
}
