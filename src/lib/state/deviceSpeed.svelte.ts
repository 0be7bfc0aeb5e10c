import { secondsLeft } from '../run/checks/findings';
import { median } from '../run/median';
import { crossingOf, rowAsRun, scalingPoints } from '../run/speed/scaling';
import { devicePlan, type SpeedPlan } from '../run/speed/speedPlan';
import {
  addFinding,
  beginReport,
  readReport,
  type Doing,
  type SpeedFinding,
  type SpeedReport
} from '../run/speed/speedReport';
import type { FromSpeedWorker } from '../run/speed/speedWorker';
import { browserName } from './browserName';
import { KeptValue } from './keptValue.svelte';
import { Rates, type Measurement } from './rates.svelte';
import { SoleWorker } from './soleWorker';

/** How much must be done for what is left to be told from it. */
const TELLING = 0.1;

/** Measures this device in a worker of its own; what came of it is kept in this browser. */
export class DeviceSpeed {
  readonly #kept = new KeptValue('speed', readReport);
  readonly #rates: Rates;
  /** While it is being measured, and until it is kept. */
  #coming = $state.raw<SpeedReport | null>(null);
  #doing = $state.raw<Doing | null>(null);
  #ms = $state(0);
  #error = $state<string | null>(null);
  #isRunning = $state(false);
  #beganAt = 0;
  readonly #worker = new SoleWorker<FromSpeedWorker>(
    () => new Worker(new URL('../run/speed/speedWorker.ts', import.meta.url), { type: 'module' }),
    (message) => this.#take(message),
    (error) => this.#fail(error)
  );

  constructor(rates = new Rates()) {
    this.#rates = rates;
  }

  /** What was measured, the newest: also what has come so far. */
  get report(): SpeedReport | null {
    return this.#coming ?? this.#kept.current;
  }

  /** Where the GPU overtakes the CPU on this device. */
  get crossing() {
    return this.report && crossingOf(scalingPoints(this.report));
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** null before it has looked which engines there are. */
  get doing(): Doing | null {
    return this.#doing;
  }

  /** null while too little is done to tell. */
  get secondsLeft(): number | null {
    const share = this.#doing?.share ?? 0;
    return share < TELLING ? null : secondsLeft(share, 1, this.#ms);
  }

  /** Why it gave up, in a sentence. */
  get error(): string | null {
    return this.#error;
  }

  /** Measures anew; what was kept stays until something has come. */
  start(plan: SpeedPlan = devicePlan(navigator.hardwareConcurrency)): void {
    this.cancel();
    this.#error = null;
    this.#ms = 0;
    this.#beganAt = performance.now();
    const { userAgent, hardwareConcurrency: cores } = navigator;
    this.#coming = beginReport(new Date().toISOString(), browserName(userAgent), cores);
    this.#isRunning = true;
    this.#worker.send(plan);
  }

  /** Ends it at once; what was measured is kept. */
  cancel(): void {
    this.#worker.dismiss();
    this.#isRunning = false;
    this.#doing = null;
    const come = this.#coming;
    this.#coming = null;
    if (!come?.rows.some(({ times }) => times.length > 0)) return;
    this.#kept.current = come;
    this.#rates.record(...measurementsOf(come));
  }

  /** Forgets what was measured, and with it every speed that runs are reckoned with. */
  clear(): void {
    this.#kept.current = null;
    this.#rates.forget();
  }

  #take(message: FromSpeedWorker): void {
    switch (message.type) {
      case 'found':
        return this.#add(message.finding);
      case 'done':
        this.#coming = { ...this.#coming!, isWhole: true };
        return this.cancel();
      case 'failed':
        this.#fail(message.error);
    }
  }

  #add(finding: SpeedFinding): void {
    this.#ms = performance.now() - this.#beganAt;
    if (finding.type === 'doing') this.#doing = finding.doing;
    else this.#coming = addFinding(this.#coming!, finding);
  }

  #fail(error: string): void {
    this.cancel();
    this.#error = error;
  }
}

/** The speeds of a report as runs have them. */
function measurementsOf(report: SpeedReport): Measurement[] {
  return report.cases.flatMap(({ id, flopsPerStep }) =>
    (['cpu', 'simd', 'gpu'] as const).flatMap((engine) => {
      const row = rowAsRun(report, id, engine);
      return row ? [{ engine, flopsPerStep, stepsPerSecond: 1000 / median(row.times) }] : [];
    })
  );
}
