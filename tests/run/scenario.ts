import { CpuEngine } from '../../src/lib/engine/cpu/cpuEngine';
import type { Engine, EngineName } from '../../src/lib/engine/engine';
import { DeviceError } from '../../src/lib/engine/errors';
import { SimdEngine } from '../../src/lib/engine/simd/simdEngine';
import { CommandQueue } from '../../src/lib/run/commandQueue';
import { buildCorpus } from '../../src/lib/run/corpus';
import type { TrainerHost } from '../../src/lib/run/host';
import type { Command, RunEvent, RunRequest } from '../../src/lib/run/protocol';
import { defaultSettings, type Settings } from '../../src/lib/run/settings';
import { train, type DrawMore } from '../../src/lib/run/trainer';

/** A run small enough to be repeated hundreds of times. */
export function smallRequest(changes: Partial<Settings> = {}): RunRequest {
  const settings: Settings = {
    ...defaultSettings,
    engine: 'cpu',
    n_embd: 4,
    n_head: 2,
    block_size: 4,
    num_steps: 12,
    sample_count: 2,
    sample_interval: 5,
    ...changes
  };
  return { settings, corpus: buildCorpus('test', 'Test', 'abba\nbaab\nab\ncab\nabcabc\nb') };
}

/** When a stand-in for the GPU fails; never, unless told. */
export interface Faults {
  /** The GPU cannot be opened. */
  readonly open?: boolean;
  /** `train` fails when it comes to this step. */
  readonly step?: number;
  /** `save` fails from this step on. */
  readonly save?: number;
  /** `load` fails from its so-manyth call on, from 1. */
  readonly load?: number;
}

/** The CPU engine under the name of the GPU, to see what the change of engines does and nothing else. */
export class StandIn implements Engine {
  readonly name = 'gpu';
  readonly device = 'stand-in';
  readonly #cpu: CpuEngine;
  readonly #faults: Faults;
  #loads = 0;
  isOpen = true;

  constructor(cpu: CpuEngine, faults: Faults) {
    this.#cpu = cpu;
    this.#faults = faults;
  }

  get program() {
    return this.#cpu.program;
  }

  get adam() {
    return this.#cpu.adam;
  }

  async load(state: Parameters<Engine['load']>[0]) {
    this.#loads++;
    if (this.#loads >= (this.#faults.load ?? Infinity)) throw lost('load');
    await this.#cpu.load(state);
  }

  async save() {
    const state = await this.#cpu.save();
    if (state.step >= (this.#faults.save ?? Infinity)) throw lost('save');
    return state;
  }

  async train(...[steps, watch]: Parameters<Engine['train']>) {
    if (steps.some(({ step }) => step === this.#faults.step)) throw lost('train');
    return this.#cpu.train(steps, watch);
  }

  lastGradients() {
    return this.#cpu.lastGradients();
  }

  trace(...[batch, options]: Parameters<Engine['trace']>) {
    return this.#cpu.trace(batch, options);
  }

  dispose() {
    this.isOpen = false;
  }
}

function lost(what: string): DeviceError {
  return new DeviceError(`WebGPU device stand-in: needs to stay open, got lost in ${what}`);
}

export interface Circumstances {
  readonly faults?: Faults;
  /** Which steps are watched. */
  readonly watch?: 'every' | 'some' | 'never';
  /** Milliseconds that pass at each look at the clock: decides how many steps go together. */
  readonly tick?: number;
  /** Whether WASM SIMD can be had. */
  readonly hasSimd?: boolean;
  readonly auto?: { engine: EngineName; notice: string | null };
}

/** A host whose clock moves only when it is looked at. */
export class TestHost implements TrainerHost {
  readonly watchesEveryStep: boolean;
  readonly opened: Engine[] = [];
  readonly waited: number[] = [];
  breaths = 0;
  #time = 0;
  readonly #circumstances: Circumstances;

  readonly #alter: (engine: Engine) => void;

  constructor(circumstances: Circumstances, alter: (engine: Engine) => void) {
    this.#circumstances = circumstances;
    this.#alter = alter;
    this.watchesEveryStep = circumstances.watch === 'every';
  }

  async open(...[name, program, adam]: Parameters<TrainerHost['open']>) {
    const { faults = {} } = this.#circumstances;
    if (name === 'gpu' && faults.open) throw new DeviceError('WebGPU: needs an adapter, got none');
    const engine = await this.#engine(name, program, adam);
    this.#alter(engine);
    this.opened.push(engine);
    return engine;
  }

  async #engine(...[name, program, adam]: Parameters<TrainerHost['open']>): Promise<Engine> {
    const { faults = {}, hasSimd = false } = this.#circumstances;
    if (name === 'simd' && !hasSimd)
      throw new DeviceError('simd: needs WebAssembly with SIMD, got none');
    if (name === 'simd') return SimdEngine.open(program, adam);
    const cpu = new CpuEngine(program, adam);
    return name === 'gpu' ? new StandIn(cpu, faults) : cpu;
  }

  async autoEngine() {
    return this.#circumstances.auto ?? { engine: 'cpu' as const, notice: null };
  }

  now() {
    return (this.#time += this.#circumstances.tick ?? 0.5);
  }

  async breathe() {
    this.breaths++;
  }

  async wait(ms: number) {
    this.waited.push(ms);
    this.#time += ms;
  }

  wantsFrame(isLast: boolean) {
    const { watch = 'never' } = this.#circumstances;
    return watch === 'every' || (watch === 'some' && (isLast || this.breaths % 3 === 0));
  }
}

/** Commands, each given once so many events have been told; at the end, and only when the run idles, `cancel`. */
export type Script = readonly (readonly [after: number, command: Command])[];

/** A queue that gives the commands of a script as the run goes on. */
class ScriptedQueue extends CommandQueue {
  readonly #script: [after: number, command: Command][];
  #told = 0;
  #isIdle = false;

  constructor(script: Script) {
    super();
    this.#script = script.map(([after, command]) => [after, command]);
    this.#script.sort(([a], [b]) => a - b);
    this.#giveDue();
  }

  /** Learns that one more event was told. */
  count(): void {
    this.#told++;
    this.#giveDue();
  }

  override take(): Command | undefined {
    this.#isIdle = false;
    return super.take();
  }

  /** A run that does nothing but wait is given the next command. */
  override arrival(): Promise<void> {
    this.#isIdle = true;
    setImmediate(() => {
      if (this.#isIdle) this.push(this.#script.shift()?.[1] ?? { type: 'cancel' });
    });
    return super.arrival();
  }

  #giveDue(): void {
    while (this.#script.length > 0 && this.#script[0][0] <= this.#told) {
      this.push(this.#script.shift()![1]);
    }
  }
}

export interface Outcome {
  readonly events: RunEvent[];
  readonly host: TestHost;
  readonly drawMore: DrawMore | null;
}

/**
 * Trains by a script to the end.
 * @param alter changes every engine that is opened
 */
export async function perform(
  request: RunRequest,
  script: Script,
  circumstances: Circumstances = {},
  alter: (engine: Engine) => void = () => {}
): Promise<Outcome> {
  const host = new TestHost(circumstances, alter);
  const commands = new ScriptedQueue(script);
  const run = train(request, commands, host);
  const events: RunEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { events, host, drawMore: next.value };
    events.push(next.value);
    commands.count();
  }
}

/** The whole run, undisturbed. */
export const whole: Script = [[0, { type: 'run' }]];

type Type = RunEvent['type'];

export function only<T extends Type>(events: readonly RunEvent[], type: T) {
  return events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}

export function losses(events: readonly RunEvent[]): number[] {
  return only(events, 'step.loss').map(({ loss }) => loss);
}

/** Events without what differs between runs that compute the same. */
export const bodies = (events: readonly RunEvent[]) =>
  events.map(({ seq: _seq, time: _time, ...body }) => body);
