import { runCost, type RunCost } from '../run/cost';
import { fold } from '../run/fold';
import { unpackSteps } from '../run/packedSteps';
import type {
  Command,
  EngineName,
  FromWorker,
  Inspection,
  InspectionRequest,
  ReplayProgress,
  RunEvent,
  RunRequest,
  TimelineSummary,
  ToWorker
} from '../run/protocol';
import type { Answer, Question, QuestionKind } from '../run/questions';
import { emptySnapshot, type Snapshot } from '../run/snapshot';
import { EventInbox } from './eventInbox';
import { Heartbeat, SILENCE } from './heartbeat';
import { Inquiries } from './inquiries';
import { OpenedSteps } from './openedSteps.svelte';

/** Milliseconds between drawings where they would take time from training. */
const REST = 1000;

/** Steps per second of each engine that a run has had. */
export type EngineSpeeds = Readonly<Partial<Record<EngineName, number>>>;

/** Called each time a run's training pauses or ends. */
export type RestListener = (run: Run) => void;

let opened = 0;

/** One open run: a worker that trains, and what its events have told so far. */
export class Run {
  /** Unique in this page: `run 1`, `run 2`, … */
  readonly id: string;
  /** What it was opened with; null for an imported trace. */
  readonly request: RunRequest | null;
  /** Sizes and costs; null for an imported trace. */
  readonly cost: RunCost | null;
  /** Its steps that were opened again. */
  readonly opened = new OpenedSteps(this);
  #snapshot = $state.raw<Snapshot>(emptySnapshot);
  #speeds = $state.raw<EngineSpeeds>({});
  #paces = $state.raw<EngineSpeeds>({});
  #timeline = $state.raw<TimelineSummary | null>(null);
  #replaying = $state.raw<ReplayProgress | null>(null);
  readonly #inquiries = new Inquiries();
  readonly #inbox = new EventInbox(
    (events) => this.#fold(events),
    () => (this.#drawsOnItsEngine ? REST : 0)
  );
  #worker: Worker | null = null;
  #heartbeat: Heartbeat | null = null;
  #onRest: RestListener | null = null;
  #isDelayed = false;
  #isClosed = false;

  private constructor(request: RunRequest | null) {
    opened += 1;
    this.id = `run ${opened}`;
    this.request = request;
    this.cost = request && runCost(request.settings, request.corpus);
  }

  /** Starts a worker with a run that waits for commands. */
  static open(request: RunRequest, onRest: RestListener | null = null): Run {
    const run = new Run(request);
    run.#onRest = onRest;
    run.#employ(request);
    return run;
  }

  /** A run that others have trained: there is no worker behind it. */
  static fromTrace(snapshot: Snapshot): Run {
    const run = new Run(null);
    run.#snapshot = snapshot;
    return run;
  }

  /** A run whose worker has ended: it stands as it was, and ignores commands. */
  static closed(request: RunRequest, snapshot: Snapshot): Run {
    const run = new Run(request);
    run.#snapshot = snapshot;
    run.#isClosed = true;
    return run;
  }

  /** True for an imported trace: it can be looked at, not trained. */
  get readOnly(): boolean {
    return this.request === null;
  }

  /** Steps done. */
  get done(): number {
    return this.#snapshot.step;
  }

  /** Whether it trains at full speed on a GPU that the CPU plays: what draws the page would take its time. */
  get #drawsOnItsEngine(): boolean {
    const { status, engine, device } = this.#snapshot;
    const isPlayed = engine === 'gpu' && device.endsWith('(software)');
    return isPlayed && status === 'running' && !this.#isDelayed;
  }

  /** Replaced as a whole, once for each frame of the screen at most. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** As last seen while training without a delay. */
  get speeds(): EngineSpeeds {
    return this.#speeds;
  }

  /** As last seen while training, with or without a delay. */
  get paces(): EngineSpeeds {
    return this.#paces;
  }

  /** What the worker keeps to open any step again; null until it says so. */
  get timeline(): TimelineSummary | null {
    return this.#timeline;
  }

  /** How far the worker is on its way to a step that takes long to open; null while none does. */
  get replaying(): ReplayProgress | null {
    return this.#replaying;
  }

  /** Whether it has ended: completed, failed or canceled. */
  get ended(): boolean {
    return ['completed', 'failed', 'canceled'].includes(this.#snapshot.status);
  }

  /** Sends a command; a run that is read-only or closed ignores it. After a worker broke, `reset` starts a new one. */
  command(command: Command): void {
    if (command.type === 'run') this.#isDelayed = (command.delay ?? 0) > 0;
    const isBroken = this.#worker === null && !this.#isClosed;
    if (isBroken && command.type === 'reset' && this.request) return this.#employ(this.request);
    this.#post({ type: 'command', command });
  }

  /** While it trains: goes on as far as it was to go, with another pause after each step. */
  goOn(stretch: { readonly delay?: number }): void {
    const { status, until, step } = this.#snapshot;
    if (status === 'running') this.command({ type: 'run', steps: until - step, ...stretch });
  }

  /**
   * Opens a step: the worker computes it again. Rejects with an InquiryError if a step or a name is not there, if newer
   * requests came, or if there is no worker.
   */
  inspect(request: InspectionRequest): Promise<Inspection> {
    const post = (message: ToWorker) => this.#post(message);
    return this.#inquiries.inspect(request, this.#worker && post);
  }

  /** Asks about a step and its backward pass; rejects as `inspect` does. */
  ask<K extends QuestionKind>(question: Question<K>): Promise<Answer<K>> {
    const post = (message: ToWorker) => this.#post(message);
    return this.#inquiries.ask(question, this.#worker && post);
  }

  /** Ends the worker at once; the snapshot stays as it is. A second time does nothing. */
  close(): void {
    this.#isClosed = true;
    this.#dismiss();
  }

  #employ(request: RunRequest): void {
    const worker = new Worker(new URL('../run/worker.ts', import.meta.url), { type: 'module' });
    this.#worker = worker;
    worker.onmessage = ({ data: message }: MessageEvent<FromWorker>) => {
      if (worker !== this.#worker) return;
      this.#heartbeat?.heard();
      this.#take(message);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const got = event.message || 'no script; reload the page';
      this.#fail(`worker: needs to run, got ${got}`);
    };
    worker.onmessageerror = () =>
      this.#fail('worker: needs readable messages, got one that is not');
    this.#heartbeat = new Heartbeat(
      () => this.#post({ type: 'ping' }),
      () => this.#fail(`worker: needs to answer, got silence for ${SILENCE} s`)
    );
    this.#post({ type: 'open', request });
  }

  #dismiss(): void {
    this.#inbox.flush();
    this.#heartbeat?.stop();
    this.#worker?.terminate();
    this.#worker = null;
    this.#timeline = null;
    this.#replaying = null;
    this.#inquiries.abandon();
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #take(message: FromWorker): void {
    if (message.type === 'events') return this.#inbox.add(unpackSteps(message.events));
    this.#inbox.flush();
    if (message.type === 'drawn') {
      const samples = [...this.#snapshot.samples, message.sample];
      this.#snapshot = { ...this.#snapshot, samples };
    }
    if (message.type === 'timeline') this.#timeline = message;
    if (message.type === 'replaying') this.#replaying = message;
    if ('id' in message) {
      this.#replaying = null;
      this.#inquiries.settle(message);
    }
  }

  #fold(events: readonly RunEvent[]): void {
    const { status } = this.#snapshot;
    this.#snapshot = fold(this.#snapshot, events);
    this.#noteSpeed();
    if (status === 'running' && this.#snapshot.status !== 'running') this.#onRest?.(this);
  }

  #noteSpeed(): void {
    const { engine, stepsPerSecond } = this.#snapshot;
    if (!engine || !stepsPerSecond || this.#paces[engine] === stepsPerSecond) return;
    this.#paces = { ...this.#paces, [engine]: stepsPerSecond };
    if (!this.#isDelayed) this.#speeds = { ...this.#speeds, [engine]: stepsPerSecond };
  }

  /** A worker that broke can do nothing more; what it had told stays. */
  #fail(error: string): void {
    this.#dismiss();
    const { notices } = this.#snapshot;
    this.#snapshot = this.ended
      ? { ...this.#snapshot, notices: [...notices, error] }
      : { ...this.#snapshot, status: 'failed', error };
  }
}
