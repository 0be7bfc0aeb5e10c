import type { OpenedSteps } from './openedSteps.svelte';
import type { Selection } from './selection.svelte';
import { Stride } from './stride';

/** Steps per second that can be chosen. */
export const playRates = [1, 5, 20, 60] as const;
export type PlayRate = (typeof playRates)[number];

/** What of a run is played. */
export interface Played {
  readonly opened: OpenedSteps;
  readonly snapshot: {
    readonly status: string;
    readonly step: number;
    /** A branch begins with the steps of the run that it left, which it cannot open. */
    readonly branch?: { readonly step: number } | null;
    readonly frames: readonly { readonly step: number }[];
  };
}

/** Where time passes: a clock, a rest, and the next time that the screen is drawn. */
export interface PlayClock {
  now(): number;
  wait(ms: number): Promise<void>;
  drawn(): Promise<void>;
}

const pageClock: PlayClock = {
  now: () => performance.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  drawn: () => new Promise((resolve) => requestAnimationFrame(() => resolve()))
};

/** Steps opened before they are due. */
const AHEAD = 3;

/** A step that is asked for before it is due. */
interface Ahead {
  readonly step: number;
  readonly opened: Promise<unknown>;
}

/**
 * Runs through the steps of a run at a rate, from the selected step on: it selects one after another, and all panels
 * follow. Where opening or drawing cannot keep up it leaves out steps, not time. The reader may select another step
 * meanwhile: it goes on from there. It ends at the newest step, and follows a run that still trains.
 */
export class Playback {
  rate = $state<PlayRate>(5);
  readonly #selection: Selection;
  readonly #clock: PlayClock;
  #isPlaying = $state(false);
  #stride = $state(1);
  /** Counts the starts: an older one stops. */
  #turn = 0;

  constructor(selection: Selection, clock: PlayClock = pageClock) {
    this.#selection = selection;
    this.#clock = clock;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  /** Steps from one picture to the next. */
  get stride(): number {
    return this.#stride;
  }

  /** Plays from the selected step, or from the first where the newest is selected. */
  async play(run: Played): Promise<void> {
    const turn = ++this.#turn;
    const { step } = this.#selection;
    const isAtEnd = step === null || step >= run.snapshot.step;
    if (run.snapshot.step === 0) return;
    this.#selection.step = isAtEnd ? firstOf(run) : step;
    this.#isPlaying = true;
    await this.#run(run, turn);
    if (turn === this.#turn) this.pause();
  }

  pause(): void {
    this.#turn += 1;
    this.#isPlaying = false;
    this.#stride = 1;
  }

  toggle(run: Played): void {
    if (this.#isPlaying) this.pause();
    else void this.play(run);
  }

  async #run(run: Played, turn: number): Promise<void> {
    const stride = new Stride();
    let ahead: Ahead[] = [];
    let shown = this.#selection.step!;
    let due = this.#clock.now();
    for (;;) {
      ahead = this.#fill(run, ahead, shown, stride.steps);
      const next = ahead.shift();
      if (!next) return this.#end(run);
      const began = this.#clock.now();
      const isOpen = await next.opened.then(
        () => true,
        () => false
      );
      const opened = this.#clock.now();
      due = Math.max(due + (1000 * (next.step - shown)) / this.rate, opened);
      await this.#clock.wait(due - opened);
      const { step } = this.#selection;
      if (turn !== this.#turn || step === null || !isOpen) return;
      if (step !== shown) {
        [ahead, shown, due] = [[], step, this.#clock.now()];
        continue;
      }
      shown = this.#selection.step = next.step;
      const drawing = this.#clock.now();
      await this.#clock.drawn();
      stride.learn(opened - began + this.#clock.now() - drawing, this.rate);
      this.#stride = stride.steps;
    }
  }

  /** Asks for the steps that come next, each once the one before is open: the replay then only goes on. */
  #fill(run: Played, ahead: readonly Ahead[], shown: number, stride: number): Ahead[] {
    const filled = [...ahead];
    while (filled.length < AHEAD) {
      const last = filled.at(-1);
      const step = stepAfter(run, last?.step ?? shown, stride);
      if (step === null) break;
      const open = () => run.opened.open(this.#selection.wish(step));
      const opened = run.opened.readOnly ? Promise.resolve() : (last?.opened.then(open) ?? open());
      // Whoever waits for it hears why; when nobody does any more, nobody needs to.
      opened.catch(() => {});
      filled.push({ step, opened });
    }
    return filled;
  }

  #end({ snapshot }: Played): void {
    if (snapshot.status === 'running') this.#selection.follow();
  }
}

function firstOf({ opened, snapshot }: Played): number {
  return opened.readOnly ? (snapshot.frames[0]?.step ?? 1) : (snapshot.branch?.step ?? 0) + 1;
}

/** The step so many steps on, at most the newest; null after it. Of an imported trace only recorded steps are there. */
function stepAfter({ opened, snapshot }: Played, from: number, stride: number): number | null {
  if (from >= snapshot.step) return null;
  const to = Math.min(from + stride, snapshot.step);
  if (!opened.readOnly) return to;
  const later = snapshot.frames.filter(({ step }) => step > from);
  return (later.find(({ step }) => step >= to) ?? later.at(-1))?.step ?? null;
}
