import { CommandQueue } from './commandQueue';
import type { TrainerHost } from './host';
import { Outbox } from './outbox';
import {
  isTerminal,
  type Command,
  type FromWorker,
  type RunEvent,
  type RunRequest,
  type ToWorker
} from './protocol';
import { train, type DrawMore } from './trainer';

/** Where a worker runs, without what the worker itself decides. */
export type WorkerPlace = Omit<TrainerHost, 'wantsFrame' | 'watchesEveryStep'>;

type Post = (message: FromWorker, transfer: Transferable[]) => void;

/**
 * The run that one worker holds: messages in, messages out. After a terminal event `reset` begins the stream anew and
 * `sample` still draws; what else comes then is ignored.
 */
export class WorkerRun {
  readonly #host: TrainerHost;
  readonly #post: Post;
  readonly #outbox: Outbox;
  #request: RunRequest | null = null;
  #commands = new CommandQueue();
  #isOver = true;
  #last: RunEvent | null = null;
  #drawMore: DrawMore | null = null;
  #drawn = Promise.resolve();

  constructor(place: WorkerPlace, post: Post) {
    this.#post = post;
    this.#outbox = new Outbox(post);
    this.#host = {
      ...place,
      wantsFrame: (isLast) => isLast || !this.#outbox.hasFrame,
      watchesEveryStep: false
    };
  }

  receive(message: ToWorker): void {
    if (message.type === 'command') return this.#obey(message.command);
    if (this.#request) return;
    this.#request = message.request;
    void this.#train(message.request);
  }

  /** Ends the run for a reason outside of it. */
  fail(error: string): void {
    if (this.#isOver) return;
    const { seq = 0, time = 0 } = this.#last ?? {};
    const step = this.#last && 'step' in this.#last ? this.#last.step : 0;
    this.#tell({ seq: seq + 1, time, type: 'run.failed', step, error });
    this.#commands.push({ type: 'cancel' });
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
    const events = train(request, commands, this.#host);
    let next = await events.next();
    while (!next.done && !this.#isOver && this.#commands === commands) {
      this.#tell(next.value);
      next = await events.next();
    }
    if (!next.done) return void (await events.return(null));
    this.#drawMore = next.value;
    for (let late = commands.take(); late; late = commands.take()) this.#obey(late);
  }

  #tell(event: RunEvent): void {
    this.#last = event;
    this.#isOver = isTerminal(event);
    this.#outbox.add(event);
    if (this.#isOver) this.#outbox.flush();
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
