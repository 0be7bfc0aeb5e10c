import type { AdamConfig } from '../../engine/adam';
import type { Engine, EngineName } from '../../engine/engine';
import { DeviceError } from '../../engine/errors';
import { buildProgram, type Program } from '../../engine/program';
import { mostShards } from '../../engine/simd/shards';
import type { FoundAdapter } from '../adapter';
import { programCost } from '../cost';
import { Contender } from './contender';
import { engineOf, entrants, type Entrant, type SpeedCase, type SpeedPlan } from './speedPlan';
import type { EngineFound, MeasuredRow, SpeedFinding } from './speedReport';
import { drawnWorkload, makeWorkload, type Workload, type WorkloadName } from './workloads';

/** What measuring needs of the place where it happens. */
export interface SpeedPlace {
  /** Throws DeviceError if it cannot be had. */
  open(wanted: Wanted, program: Program, adam: AdamConfig): Promise<Engine>;
  /** Throws DeviceError where there is none. */
  findAdapter(): Promise<FoundAdapter>;
  /** Milliseconds. */
  readonly now: () => number;
  readonly cores: number;
}

/** An engine to be opened. */
export interface Wanted {
  readonly engine: EngineName;
  /** How many may compute at once. */
  readonly workers: number;
  /** Whether it begins from nothing: device, kernels and their checks. */
  readonly isFresh: boolean;
}

/** Turns that opening an engine takes, in the reckoning of what is left. */
const OPENING = 4;

/** Fewest turns, for there to be a spread. */
const FEWEST = 2;

/**
 * Measures a device: first which engines can be had, then case by case, the engines of a case in turns, so that
 * whatever else the device does falls on all of them. Every number told was measured.
 * @param names documents of W1
 */
export function measureDevice(
  plan: SpeedPlan,
  place: SpeedPlace,
  names: readonly string[]
): AsyncGenerator<SpeedFinding, void> {
  return new Measurement(plan, place, names).findings();
}

/** One at its turns: what it has shown so far. */
interface Turns {
  readonly contender: Contender;
  row: MeasuredRow;
}

class Measurement {
  readonly #plan: SpeedPlan;
  readonly #place: SpeedPlace;
  readonly #names: readonly string[];
  /** Those that can be had. */
  readonly #present = new Set<Entrant>();
  readonly #began: number;
  #done = 0;
  #total = 1;

  constructor(plan: SpeedPlan, place: SpeedPlace, names: readonly string[]) {
    this.#plan = plan;
    this.#place = place;
    this.#names = names;
    this.#began = place.now();
  }

  async *findings(): AsyncGenerator<SpeedFinding, void> {
    for (const entrant of entrants) {
      const engine = await this.#look(entrant);
      if (engine.device !== null) this.#present.add(entrant);
      yield { type: 'engine', engine };
    }
    const turns = (each: SpeedCase) => this.#entrantsOf(each).length * turnsOf(each);
    this.#total = this.#plan.cases.reduce((sum, each) => sum + turns(each), 0);
    for (const each of this.#plan.cases) yield* this.#measure(each);
  }

  #entrantsOf({ entrants }: SpeedCase): Entrant[] {
    return entrants.filter((entrant) => this.#present.has(entrant));
  }

  /** Opens an engine on next to nothing, which also loads its code: that is no part of what is timed. */
  async #look(entrant: Entrant): Promise<EngineFound> {
    const { cores } = this.#place;
    const none = { entrant, device: null, software: false };
    if (entrant === 'crew' && cores < 2) {
      return { ...none, refusal: `workers: needs two cores or more, got ${cores}` };
    }
    try {
      const software = entrant === 'gpu' && (await this.#place.findAdapter()).software;
      const wanted = { engine: engineOf[entrant], workers: 1, isFresh: false };
      const engine = await this.#place.open(wanted, smallest, adam);
      const { device } = engine;
      engine.dispose();
      return { entrant, device, software, refusal: null };
    } catch (error) {
      return { ...none, refusal: refusalOf(error) };
    }
  }

  async *#measure(measured: SpeedCase): AsyncGenerator<SpeedFinding, void> {
    const workload = this.#workload(measured);
    const { id } = measured;
    const { n_embd, batch_size } = workload.program.config;
    const cost = programCost(workload.program, workload.batches);
    yield { type: 'case', measured: { id, n_embd, batch_size, ...cost } };
    const open: Turns[] = [];
    try {
      for (const entrant of this.#entrantsOf(measured)) {
        yield this.#doing(id, entrant, 0);
        const row = await this.#begin(workload, entrant, measured.isFresh, open);
        this.#done += row.failure === null ? OPENING : turnsOf(measured);
        yield { type: 'row', row };
      }
      yield* this.#takeTurns(measured, open);
    } finally {
      for (const { contender } of open) contender.dispose();
    }
  }

  #workload({ id, sizes, onNames }: SpeedCase): Workload<string> {
    return onNames ? makeWorkload(id as WorkloadName, this.#names) : drawnWorkload(id, sizes);
  }

  /** Opens one and lets it train the first step; adds it to those who are open. */
  async #begin(
    workload: Workload<string>,
    entrant: Entrant,
    isFresh: boolean,
    open: Turns[]
  ): Promise<MeasuredRow> {
    const { program, adam } = workload;
    const workers = entrant === 'crew' ? Math.min(this.#place.cores, mostShards(program)) : 1;
    const row = { case: workload.name, entrant, workers, opened: null, times: [], failure: null };
    const { now } = this.#place;
    try {
      const from = now();
      const wanted = { engine: engineOf[entrant], workers, isFresh };
      const engine = await this.#place.open(wanted, program, adam);
      const contender = await Contender.begin(engine, workload, now);
      const begun = isFresh ? { ...row, opened: now() - from } : row;
      open.push({ contender, row: begun });
      return begun;
    } catch (error) {
      return { ...row, failure: refusalOf(error) };
    }
  }

  /** The first turn of each does not count: it warms up. */
  async *#takeTurns(
    { id, rounds }: SpeedCase,
    open: readonly Turns[]
  ): AsyncGenerator<SpeedFinding, void> {
    const spent = new Map<Turns, number>();
    for (let round = 0; round <= rounds; round++) {
      for (const turns of open) {
        const time = spent.get(turns) ?? 0;
        const isEnough = turns.row.times.length >= FEWEST && time >= this.#limit;
        if (turns.row.failure === null && !isEnough) {
          yield this.#doing(id, turns.row.entrant, round);
          const from = this.#place.now();
          turns.row = await this.#turn(turns, round > 0);
          spent.set(turns, time + this.#place.now() - from);
          yield { type: 'row', row: turns.row };
        }
        this.#done += 1;
      }
    }
  }

  get #limit(): number {
    const { late, limit } = this.#plan;
    return this.#place.now() - this.#began < late ? limit : 0;
  }

  async #turn({ contender, row }: Turns, counts: boolean): Promise<MeasuredRow> {
    try {
      const ms = await contender.turn(this.#plan.milliseconds);
      return counts ? { ...row, times: [...row.times, ms] } : row;
    } catch (error) {
      return { ...row, failure: refusalOf(error) };
    }
  }

  #doing(id: string, entrant: Entrant, round: number): SpeedFinding {
    const share = Math.min(1, this.#done / this.#total);
    return { type: 'doing', doing: { case: id, entrant, round, share } };
  }
}

/** What one entrant takes in a case, in turns: opening, warming up, and the turns that count. */
function turnsOf({ rounds }: SpeedCase): number {
  return OPENING + 1 + rounds;
}

const smallest = buildProgram({
  ...{ n_layer: 1, n_embd: 4, n_head: 1, block_size: 4, batch_size: 1 },
  ...{ vocab_size: 4, activation: 'relu' }
});
const adam: AdamConfig = { beta1: 0.9, beta2: 0.99, eps_adam: 1e-8 };

/** Why a device does not do it, in a sentence; other errors are errors of ours. */
function refusalOf(error: unknown): string {
  if (error instanceof DeviceError) return error.message;
  throw error;
}
