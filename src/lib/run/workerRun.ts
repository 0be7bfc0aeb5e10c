import { CommandQueue } from './commandQueue';
import type { TrainerHost } from './host';
import { InspectionError } from './inspection';
import { Inspector } from './inspector';
import { Outbox } from './outbox';
import {
  isTerminal,
  type Command,
  type FromWorker,
  type Inspection,
  type ReplayProgress,
  type RunEvent,
  type RunRequest,
  type TimelineSummary,
  type ToWorker
} from './protocol';
import { Timeline } from './timeline';
import { trainInBatches, type DrawMore } from './trainer';

/** Where a worker runs, without what the worker itself decides. */
export type WorkerPlace = Omit<TrainerHost, 'wantsFrame' | 'watchesEveryStep'>;

/** Least milliseconds between two messages on the timeline. */
const TIMELINE_INTERVAL = 1000;

type Post = (message: FromWorker, transfer: Transferable[]) => void;

/**
 * The run that one worker holds: messages in, messages out. After a terminal event `reset` begins the stream anew and
 * `sample` still draws; what else comes then is ignored. Steps can be opened at any time.
 */
export class WorkerRun {
  readonly #host: TrainerHost;
  readonly #post: Post;
  readonly #outbox: Outbox;
  #request: RunRequest | null = null;
  /** A new one for each stream: one that failed may still be at work on its own. */
  #timeline = new Timeline();
  #inspector: Inspector | null = null;
  #commands = new CommandQueue();
  #isOver = true;
  #last: RunEvent | null = null;
  #drawMore: DrawMore | null = null;
  #drawn = Promise.resolve();
  #toldTimeline: TimelineSummary | null = null;
  #timelineTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(place: WorkerPlace, post: Post) {
    this.#post = post;
    this.#outbox = new Outbox(post, place.now);
    this.#host = {
      ...place,
      wantsFrame: (isLast) => isLast || !this.#outbox.isSated,
      watchesEveryStep: false
    };
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'open':
        return this.#open(message.request);
      case 'command':
        return this.#obey(message.command);
      case 'inspect':
        return void this.#reply(message.id, async (inspector) => {
          const inspection = await inspector.inspect(message.request);
          this.#post({ type: 'inspected', id: message.id, inspection }, buffersOf(inspection));
        });
      case 'ask':
        return void this.#reply(message.id, async (inspector) => {
          const answer = await inspector.ask(message.question);
          this.#post({ type: 'answered', id: message.id, answer }, []);
        });
      case 'ping':
        return this.#post({ type: 'pong' }, []);
    }
  }

  /** Ends the run for a reason outside of it. */
  fail(error: string): void {
    if (this.#isOver) return;
    const { seq = 0, time = 0 } = this.#last ?? {};
    const step = this.#last && 'step' in this.#last ? this.#last.step : 0;
    this.#tell({ seq: seq + 1, time, type: 'run.failed', step, error });
    this.#commands.push({ type: 'cancel' });
  }

  #open(request: RunRequest): void {
    if (this.#request) return;
    this.#request = request;
    void this.#train(request);
  }

  #obey(command: Command): void {
    if (!this.#isOver) this.#commands.push(command);
    else if (command.type === 'reset' && this.#request) void this.#train(this.#request);
    else if (command.type === 'sample') this.#draw(command.count, command.temperature);
  }

  async #train(request: RunRequest): Promise<void> {
    const commands = new CommandQueue();
    this.#commands = commands;
    this.#isOver = false;
    this.#last = null;
    this.#drawMore = null;
    const timeline = this.#renewTimeline(request);
    const batches = trainInBatches(request, commands, this.#host, timeline);
    let next = await batches.next();
    while (!next.done && !this.#isOver && this.#commands === commands) {
      for (const event of next.value) this.#tell(event);
      next = await batches.next();
    }
    if (!next.done) return void (await batches.return(null));
    this.#drawMore = next.value;
    for (let late = commands.take(); late; late = commands.take()) this.#obey(late);
  }

  #renewTimeline(request: RunRequest): Timeline {
    this.#timeline = new Timeline();
    this.#inspector?.close();
    const replaying = (progress: ReplayProgress) =>
      this.#post({ type: 'replaying', ...progress }, []);
    this.#inspector = new Inspector(request, this.#timeline, { ...this.#host, replaying });
    return this.#timeline;
  }

  #tell(event: RunEvent): void {
    this.#last = event;
    this.#isOver = isTerminal(event);
    this.#outbox.add(event);
    this.#tellTimeline();
    if (this.#isOver) this.#outbox.flush();
  }

  /** Leaves a second after each message; what changes in it is told at its end. */
  #tellTimeline(): void {
    const { summary } = this.#timeline;
    if (this.#timelineTimer !== undefined || summary === this.#toldTimeline) return;
    this.#toldTimeline = summary;
    this.#post({ type: 'timeline', ...summary }, []);
    this.#timelineTimer = setTimeout(() => {
      this.#timelineTimer = undefined;
      this.#tellTimeline();
    }, TIMELINE_INTERVAL);
  }

  async #reply(id: number, reply: (inspector: Inspector) => Promise<void>): Promise<void> {
    try {
      await reply(this.#requireInspector());
    } catch (error) {
      const { message: reason, superseded = false } = error as Partial<InspectionError> & Error;
      this.#post({ type: 'notInspected', id, reason, superseded }, []);
    }
  }

  #requireInspector(): Inspector {
    if (this.#inspector) return this.#inspector;
    throw new InspectionError('inspection: needs an open run, got none');
  }

  /** One drawing after the other: they share a random stream. */
  #draw(count?: number, temperature?: number): void {
    const drawMore = this.#drawMore;
    this.#drawn = this.#drawn.then(async () => {
      const sample = await drawMore?.(count, temperature);
      if (sample && drawMore === this.#drawMore) this.#post({ type: 'drawn', sample }, []);
    });
  }
}

function buffersOf({ values, gradients, frame }: Inspection): Transferable[] {
  const weights = frame?.attention ? [frame.attention.weights] : [];
  const arrays = [...Object.values(values), ...Object.values(gradients), ...weights];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}
