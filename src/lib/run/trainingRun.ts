import type { TrainResult, TrainStep } from '../engine/engine';
import { Drawer } from './drawer';
import type { CommandQueue } from './commandQueue';
import { runCost } from './cost';
import type { TrainerHost } from './host';
import { Pace } from './pace';
import { packById } from './packs';
import { Plan } from './plan';
import { toldOf } from './branch';
import type { Command, RunEventBody, RunRequest, SampleEvent } from './protocol';
import { Relay } from './relay';
import { checkSetting } from './settings';
import { stepEvents } from './stepEvents';
import type { Timeline } from './timeline';

/** Training to be done: up to which step, and how slowly. */
interface Stretch {
  readonly until: number;
  /** Milliseconds after each step. */
  readonly delay: number;
}

/** A command, or the end that comes after the last step. */
type Task = Command | { readonly type: 'complete' };

/** An event, or several that are told at once. */
export type Told = RunEventBody | readonly RunEventBody[];

type Events = AsyncGenerator<Told, void>;

/** One run, from its plan to its end: obeys commands and trains in between. */
export class TrainingRun {
  readonly #request: RunRequest;
  readonly #commands: CommandQueue;
  readonly #host: TrainerHost;
  readonly #plan: Plan;
  readonly #relay: Relay;
  readonly #timeline: Timeline;
  readonly #pace = new Pace();
  #drawer!: Drawer;
  /** What is being trained; null while paused. */
  #running: Stretch | null = null;
  /** What `resume` goes on with. */
  #stretch: Stretch | null = null;
  /** What has to wait while the engine is behind. */
  #held: Task[] = [];
  /** When the next step may begin. */
  #nextAt = 0;
  #loss = NaN;
  #isOver = false;

  constructor(request: RunRequest, commands: CommandQueue, host: TrainerHost, timeline: Timeline) {
    this.#request = request;
    this.#commands = commands;
    this.#host = host;
    this.#timeline = timeline;
    this.#plan = new Plan(request);
    this.#relay = new Relay(this.#plan, host, timeline);
  }

  /** Everything that happens, until the run is completed or canceled; failures are thrown. */
  async *events(): Events {
    yield await this.#start();
    while (!this.#isOver) {
      await this.#lull();
      yield* this.#obeyAll();
      if (this.#isOver) return;
      if (this.#isUnsettled) yield* this.#settle();
      else if (this.#running && this.#host.now() >= this.#nextAt) yield* this.#train();
    }
  }

  /** A drawing at the newest weights known; null if what is asked for is out of range. */
  async draw(
    asked: Omit<Extract<Command, { type: 'sample' }>, 'type'>
  ): Promise<SampleEvent | null> {
    const { sample_count, temperature: usual } = this.#plan.settings;
    const { count = sample_count, temperature = usual } = asked;
    if (checkSetting('sample_count', count) ?? checkSetting('temperature', temperature))
      return null;
    const { step, weights } = this.#relay.copy;
    return this.#drawer.draw({ step, weights, count, temperature });
  }

  dispose(): void {
    this.#relay.dispose();
  }

  async #start(): Promise<RunEventBody> {
    const { settings, corpus, branch } = this.#request;
    const pack = await packById(corpus.id)?.validator?.();
    this.#drawer = new Drawer(this.#plan, corpus, pack?.validate ?? null, this.#host);
    const notice = await this.#relay.open();
    const { name: engine, device } = this.#relay.engine;
    const { id, title, hash, docs } = corpus;
    return {
      type: 'run.started',
      settings,
      corpus: { id, title, hash, documents: docs.length },
      engine,
      device,
      notice,
      vocabulary: this.#plan.vocabulary(),
      num_params: this.#plan.program.num_params,
      cut_share: runCost(settings, corpus).cut_share,
      ...(branch && { branch: toldOf(branch) })
    };
  }

  /** Whether something is to be done before training, also while paused: after a device has failed. */
  get #isUnsettled(): boolean {
    return this.#relay.isBehind || this.#held.length > 0;
  }

  /** Catches up for a short while, or does one thing that had to wait. */
  async *#settle(): Events {
    if (this.#relay.isBehind) await this.#relay.catchUp();
    else yield* this.#obey(this.#held.shift()!);
  }

  /** Waits for commands while paused; while training, lets them arrive. */
  #lull(): Promise<void> {
    if (this.#isUnsettled) return this.#host.breathe();
    if (!this.#running) return this.#commands.arrival();
    const left = this.#nextAt - this.#host.now();
    if (left <= 0) return this.#host.breathe();
    return Promise.race([this.#host.wait(left), this.#commands.arrival()]);
  }

  async *#obeyAll(): Events {
    for (;;) {
      const command = this.#commands.take();
      if (!command) return;
      yield* this.#obey(command);
      if (this.#isOver) return;
    }
  }

  async *#obey(command: Task): Events {
    switch (command.type) {
      case 'step':
        return yield* this.#go({ until: this.#most(1), delay: 0 });
      case 'run':
        return yield* this.#goOn(command);
      case 'pause':
        return yield* this.#pause();
      case 'resume':
        if (!this.#running && this.#stretch) yield* this.#go(this.#stretch);
        return;
      case 'reset':
        return yield* this.#reset();
      case 'cancel':
        return yield* this.#cancel();
      case 'sample':
        return yield* this.#sample(command);
      case 'engine':
        if (!(yield* this.#relay.switchTo(command.engine))) this.#held.push(command);
        return;
      case 'complete':
        this.#isOver = true;
        yield { type: 'run.completed', step: this.#relay.step, loss: this.#loss };
    }
  }

  async *#goOn({ steps = Infinity, delay = 0 }: Extract<Command, { type: 'run' }>): Events {
    const isCount = steps === Infinity || Number.isInteger(steps);
    if (!isCount || steps < 1 || !(delay >= 0 && delay < Infinity)) return;
    this.#stretch = { until: this.#most(steps), delay };
    yield* this.#go(this.#stretch);
  }

  /** So many steps further, or the last. */
  #most(steps: number): number {
    return Math.min(this.#relay.step + steps, this.#plan.settings.num_steps);
  }

  async *#go(stretch: Stretch): Events {
    if (stretch.until <= this.#relay.step) return;
    this.#running = stretch;
    this.#nextAt = 0;
    yield { type: 'run.resumed', step: this.#relay.step, ...stretch };
  }

  async *#pause(): Events {
    if (!this.#running) return;
    this.#running = null;
    yield { type: 'run.paused', step: this.#relay.step };
  }

  async *#reset(): Events {
    this.#running = null;
    this.#stretch = null;
    this.#held = this.#held.filter(({ type }) => type === 'engine');
    this.#drawer.restart();
    yield { type: 'run.reset', step: this.#plan.initial.step };
    yield* this.#relay.reset();
  }

  async *#cancel(): Events {
    yield* this.#relay.state();
    this.#isOver = true;
    yield { type: 'run.canceled', step: this.#relay.step };
  }

  async *#sample(asked: Omit<Extract<Command, { type: 'sample' }>, 'type'>): Events {
    if (!(yield* this.#relay.state())) return void this.#held.push({ type: 'sample', ...asked });
    const event = await this.draw(asked);
    if (event) yield event;
  }

  /** Trains as many steps as go well together, then does what is due after them. */
  async *#train(): Events {
    const { until, delay } = this.#running!;
    const steps = this.#plan.steps(this.#relay.step, this.#stepsTogether(until, delay));
    const watch = this.#host.wantsFrame(this.#relay.step + steps.length === until);
    const { name } = this.#relay.engine;
    const began = this.#host.now();
    const trained = yield* this.#relay.train(steps, watch);
    if (!trained) return;
    this.#pace.learn(name, steps.length, this.#host.now() - began);
    yield* this.#tellSteps(steps, trained);
    this.#loss = trained.metrics[steps.length - 1].loss;
    yield* this.#remember();
    this.#nextAt = this.#host.now() + delay;
    yield* this.#afterStep(until);
  }

  /** All at once; if one has failed, those before it, and then the failure. */
  *#tellSteps(steps: readonly TrainStep[], { metrics, frame, times }: TrainResult) {
    const events: RunEventBody[] = [];
    try {
      steps.forEach((step, i) => {
        const extras = i === steps.length - 1 ? { frame, times } : {};
        this.#timeline.note(metrics[i].loss);
        events.push(...stepEvents(this.#plan, step, metrics[i], extras));
      });
    } catch (error) {
      yield events;
      throw error;
    }
    yield events;
  }

  /** Keeps the present state if a keyframe is due. */
  async *#remember(): Events {
    const began = this.#host.now();
    if (!this.#timeline.isDue(this.#relay.step, began)) return;
    const state = yield* this.#relay.state();
    if (state) this.#timeline.take(state, began, this.#host.now());
  }

  async *#afterStep(until: number): Events {
    const { num_steps, sample_interval } = this.#plan.settings;
    const isLast = this.#relay.step === num_steps;
    if (isLast || this.#relay.step % sample_interval === 0) yield* this.#sample({});
    if (isLast) yield* this.#inTurn({ type: 'complete' });
    else if (this.#relay.step === until) yield* this.#pause();
  }

  /** Now, or after what has to wait. */
  async *#inTurn(task: Task): Events {
    if (this.#isUnsettled) this.#held.push(task);
    else yield* this.#obey(task);
  }

  /** Never past a pause, a drawing or a keyframe; one at a time where each is looked at. */
  #stepsTogether(until: number, delay: number): number {
    if (delay > 0 || this.#host.watchesEveryStep) return 1;
    const { sample_interval } = this.#plan.settings;
    const toSample =
      sample_interval > 0 ? sample_interval - (this.#relay.step % sample_interval) : Infinity;
    return Math.min(
      this.#pace.stepsFor(this.#relay.engine.name),
      until - this.#relay.step,
      this.#timeline.room(this.#relay.step),
      toSample
    );
  }
}
