import { setImmediate } from 'node:timers/promises';
import type { Engine, EngineName, Trace } from '../../src/lib/engine/engine';
import { CpuEngine } from '../../src/lib/engine/cpu/cpuEngine';
import { DeviceError } from '../../src/lib/engine/errors';
import { CommandQueue } from '../../src/lib/run/commandQueue';
import { Inspector } from '../../src/lib/run/inspector';
import { Plan } from '../../src/lib/run/plan';
import type {
  Command,
  Inspection,
  InspectionRequest,
  RunEvent,
  RunRequest
} from '../../src/lib/run/protocol';
import { adamConfig } from '../../src/lib/run/settings';
import { Timeline } from '../../src/lib/run/timeline';
import { train } from '../../src/lib/run/trainer';
import { StandIn, TestHost, type Circumstances } from './scenario';

/** How much faster the stand-in for the GPU learns here, to tell by its numbers that it trained a step. */
const SPEED_UP = 1.5;

function quicken(engine: Engine): void {
  if (!(engine instanceof StandIn)) return;
  const train = engine.train.bind(engine);
  engine.train = (steps, watch) =>
    train(
      steps.map((step) => ({ ...step, learning_rate: SPEED_UP * step.learning_rate })),
      watch
    );
}

/** A host that keeps time, waits only when told to, and may lose its GPU for good. */
export class PatientHost extends TestHost {
  isGpuGone = false;
  endWait: () => void = () => {};

  constructor(circumstances: Circumstances = {}, alter: (engine: Engine) => void = () => {}) {
    super(circumstances, (engine) => {
      quicken(engine);
      alter(engine);
    });
  }

  override async open(...asked: Parameters<TestHost['open']>) {
    if (asked[0] === 'gpu' && this.isGpuGone) throw new DeviceError('WebGPU: needs an adapter');
    return super.open(...asked);
  }

  override async breathe() {
    await setImmediate();
    return super.breathe();
  }

  override wait(): Promise<void> {
    return new Promise((resolve) => (this.endWait = resolve));
  }
}

/** A run in training, with its timeline and its inspector. */
export class Lesson {
  readonly events: RunEvent[] = [];
  readonly host: PatientHost;
  readonly inspector: Inspector;
  readonly timeline: Timeline;
  readonly #commands = new CommandQueue();
  readonly #run: ReturnType<typeof train>;

  constructor(request: RunRequest, { host = new PatientHost(), timeline = new Timeline() } = {}) {
    this.host = host;
    this.timeline = timeline;
    this.#run = train(request, this.#commands, host, timeline);
    this.inspector = new Inspector(request, timeline, host);
  }

  /** Gives a command and goes on to the next event of a type. */
  async until(type: RunEvent['type'], ...commands: Command[]): Promise<void> {
    for (const command of commands) this.#commands.push(command);
    for (;;) {
      const { value, done } = await this.#run.next();
      if (done) throw new Error(`needs ${type}, got the end`);
      this.events.push(value);
      if (value.type === type) return;
    }
  }

  /** Trains so many steps, and pauses unless they were the last. */
  train(steps: number): Promise<void> {
    return this.until('run.paused', { type: 'run', steps });
  }

  switchTo(engine: EngineName): Promise<void> {
    return this.until('engine.changed', { type: 'engine', engine });
  }

  inspect(request: Partial<InspectionRequest> & { step: number }): Promise<Inspection> {
    return this.inspector.inspect({ values: [], gradients: [], ...request });
  }
}

/** Every name of a run's program. */
export function allNames(request: RunRequest): string[] {
  const { parameters, activations } = new Plan(request).program;
  return [...parameters, ...activations].map(({ name }) => name);
}

/**
 * Each step of a run as its engine traces it before it trains it, undisturbed.
 * @param engineOf which engine trains a step
 */
export async function undisturbed(
  request: RunRequest,
  steps: number,
  engineOf: (step: number) => EngineName = () => 'cpu'
): Promise<{ trace: Trace; T: number; loss: number }[]> {
  const plan = new Plan(request);
  const engine = new CpuEngine(plan.program, adamConfig(plan.settings));
  await engine.load(plan.initial);
  const told: { trace: Trace; T: number; loss: number }[] = [];
  for (const step of plan.steps(0, steps)) {
    const trace = await engine.trace(step.batch);
    const speed = engineOf(step.step) === 'gpu' ? SPEED_UP : 1;
    const learning_rate = speed * step.learning_rate;
    const { metrics } = await engine.train([{ ...step, learning_rate }], false);
    told.push({ trace, T: step.batch.lengths[0], loss: metrics[0].loss });
  }
  return told;
}
