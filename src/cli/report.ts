import type { RunEvent } from '../lib/run/protocol';
import type { Snapshot } from '../lib/run/snapshot';

/** What a reader at a terminal is told. */
export interface Terminal {
  /** Standard output: what the run gives. */
  write(text: string): void;
  /** Standard error: how it is going. */
  say(text: string): void;
  /** Whether standard error is a screen, on which a line can be written over. */
  readonly isScreen: boolean;
}

/** Steps between progress lines where they cannot be written over. */
const PROGRESS_STEPS = 100;

/** Milliseconds between progress lines where they can. */
const PROGRESS_TIME = 100;

/** Tells a run in words: a line of progress, the samples, and how it ended. */
export class Report {
  readonly #terminal: Terminal;
  #lastProgress = -Infinity;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** @param snapshot after the event */
  tell(event: RunEvent, snapshot: Snapshot): void {
    switch (event.type) {
      case 'run.started':
        return this.#say(startText(event));
      case 'step.update':
        return this.#progress(event.time, snapshot);
      case 'sample.generated':
        return this.#write(sampleText(event));
      case 'run.completed':
        return this.#say(`Completed ${event.step} steps; last loss ${event.loss}.\n`);
      case 'run.failed':
        return this.#say(`Failed at step ${event.step}: ${event.error}\n`);
      case 'run.canceled':
        return this.#say(`Canceled at step ${event.step}.\n`);
      case 'run.paused':
      case 'run.resumed':
      case 'run.reset':
      case 'engine.changed':
      case 'step.forward':
      case 'step.attention':
      case 'step.loss':
      case 'step.backward':
        return;
    }
  }

  #progress(time: number, { step, settings, curves, stepsPerSecond }: Snapshot): void {
    const { isScreen } = this.#terminal;
    const num_steps = settings?.num_steps ?? step;
    const isDue = isScreen
      ? time - this.#lastProgress >= PROGRESS_TIME
      : step % PROGRESS_STEPS === 0 || step === num_steps;
    if (!isDue) return;
    this.#lastProgress = time;
    const rate = stepsPerSecond === null ? '' : `  ${Math.round(stepsPerSecond)} steps/s`;
    const loss = curves.loss[curves.loss.length - 1].toFixed(4);
    const line = `step ${String(step).padStart(String(num_steps).length)}/${num_steps}  loss ${loss}${rate}`;
    this.#terminal.say(isScreen ? `\r\x1b[K${line}` : `${line}\n`);
  }

  #say(text: string): void {
    this.#terminal.say(this.#clearing() + text);
  }

  #write(text: string): void {
    const clearing = this.#clearing();
    if (clearing) this.#terminal.say(clearing);
    this.#terminal.write(text);
  }

  /** Wipes the progress line off a screen. */
  #clearing(): string {
    return this.#terminal.isScreen && this.#lastProgress > -Infinity ? '\r\x1b[K' : '';
  }
}

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

function startText({ corpus, engine, device, vocabulary, ...event }: Event<'run.started'>): string {
  const { num_params, cut_share } = event;
  const cut = cut_share > 0 ? `, ${percent(cut_share)} of them cut` : '';
  const documents = `${corpus.documents} documents${cut}`;
  const size = `${vocabulary.length} tokens, ${num_params} parameters`;
  return `${corpus.title}: ${documents}; ${size}; ${engine} (${device})\n`;
}

function sampleText({ step, temperature, samples, shares }: Event<'sample.generated'>): string {
  const valid = shares.valid === null ? '' : `${percent(shares.valid)} valid, `;
  const head = `Samples after step ${step} at ${temperature}: ${valid}${percent(shares.copied)} copied`;
  return [head, ...samples.map((sample) => `  ${markText(sample)}  ${sample.text}`), ''].join('\n');
}

function markText({ valid, copied }: { valid: boolean | null; copied: boolean }): string {
  const validity = valid === null ? '' : valid ? 'valid   ' : 'invalid ';
  return validity + (copied ? 'copied' : 'novel ');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
