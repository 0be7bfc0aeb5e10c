import type { RunCost } from '../run/cost';
import type { EngineName } from '../run/protocol';
import { KeptValue } from './keptValue.svelte';
import type { Run } from './run.svelte';

/** How fast an engine once trained on this device. */
export interface Measurement {
  readonly engine: EngineName;
  readonly flopsPerStep: number;
  readonly stepsPerSecond: number;
}

/** Most measurements kept: those of a device measured whole, and some runs. */
const MOST = 48;

/** Fewest steps from which a speed is believed. */
const FEWEST_STEPS = 20;

/** Sizes of step that differ by less than this share are taken for the same. */
const SAME_SIZE = 0.02;

/** How many times larger or smaller the nearest measured step may be for engines to be compared. */
const NEAR = 3;

/** What this device has measured, in earlier runs or all at once, kept in this browser. */
export class Rates {
  readonly #kept = new KeptValue('rates', readMeasurements);

  /** Records the speeds that a run has had. */
  learn({ speeds, cost, snapshot }: Pick<Run, 'speeds' | 'cost' | 'snapshot'>): void {
    if (cost === null || snapshot.step < FEWEST_STEPS) return;
    const { flopsPerStep } = cost;
    const had = Object.entries(speeds).map(([engine, stepsPerSecond]) => {
      return { engine: engine as EngineName, flopsPerStep, stepsPerSecond };
    });
    this.record(...had);
  }

  /** Of the same size of step on the same engine the newest counts; what is no speed is left out. */
  record(...measurements: readonly Measurement[]): void {
    let measured = this.#kept.current;
    for (const each of measurements.filter(isMeasurement)) {
      measured = [...measured.filter((other) => !isSameSize(other, each)), each];
    }
    if (measured !== this.#kept.current) this.#kept.current = measured.slice(-MOST);
  }

  forget(): void {
    this.#kept.current = [];
  }

  /** The faster of GPU and CPU, if both have trained steps of about that size. */
  fastest(cost: Pick<RunCost, 'flopsPerStep'> | null): EngineName | undefined {
    if (cost === null) return undefined;
    const { flopsPerStep } = cost;
    const isNear = (engine: EngineName) =>
      this.#of(engine).some(
        (m) => Math.abs(Math.log(m.flopsPerStep / flopsPerStep)) < Math.log(NEAR)
      );
    if (!isNear('gpu') || !isNear('simd')) return undefined;
    const [gpu, simd] = [
      this.secondsPerStep('gpu', flopsPerStep)!,
      this.secondsPerStep('simd', flopsPerStep)!
    ];
    return gpu < simd ? 'gpu' : 'simd';
  }

  /**
   * Seconds for one step: between the measured steps next smaller and next larger, on a straight line with both axes
   * logarithmic; outside of them in proportion to the operations. null before anything was measured on that engine.
   */
  secondsPerStep(engine: EngineName, flopsPerStep: number): number | null {
    const own = this.#of(engine);
    const below = own.findLast((m) => m.flopsPerStep <= flopsPerStep);
    const above = own.find((m) => m.flopsPerStep >= flopsPerStep);
    if (below && above) return secondsBetween(below, above, flopsPerStep);
    const nearest = below ?? above;
    if (!nearest) return null;
    return flopsPerStep / nearest.flopsPerStep / nearest.stepsPerSecond;
  }

  /** By size of step, from the smallest. */
  #of(engine: EngineName): Measurement[] {
    return this.#kept.current
      .filter((measurement) => measurement.engine === engine)
      .toSorted((a, b) => a.flopsPerStep - b.flopsPerStep);
  }
}

function secondsBetween(below: Measurement, above: Measurement, flopsPerStep: number): number {
  const range = Math.log(above.flopsPerStep / below.flopsPerStep);
  const share = range === 0 ? 0 : Math.log(flopsPerStep / below.flopsPerStep) / range;
  return below.stepsPerSecond ** (share - 1) * above.stepsPerSecond ** -share;
}

function isSameSize(a: Measurement, b: Measurement): boolean {
  const ratio = a.flopsPerStep / b.flopsPerStep;
  return a.engine === b.engine && Math.abs(ratio - 1) < SAME_SIZE;
}

/** What was kept may have been edited, or written by another version. */
function readMeasurements(kept: unknown): readonly Measurement[] {
  return Array.isArray(kept) ? kept.filter(isMeasurement) : [];
}

function isMeasurement(value: unknown): value is Measurement {
  const { engine, flopsPerStep, stepsPerSecond } = (value ?? {}) as Partial<Measurement>;
  const isPositive = (n: unknown) => typeof n === 'number' && n > 0 && Number.isFinite(n);
  return typeof engine === 'string' && isPositive(flopsPerStep) && isPositive(stepsPerSecond);
}
