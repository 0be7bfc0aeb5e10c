import type { RunCost } from '../run/cost';
import type { EngineName } from '../run/protocol';
import { readLocal, writeLocal } from './localValue';
import type { Run } from './run.svelte';

/** How fast an engine once trained on this device. */
export interface Measurement {
  readonly engine: EngineName;
  readonly flopsPerStep: number;
  readonly stepsPerSecond: number;
}

/** Most measurements kept. */
const MOST = 24;

/** Fewest steps from which a speed is believed. */
const FEWEST_STEPS = 20;

/** Sizes of step that differ by less than this share are taken for the same. */
const SAME_SIZE = 0.02;

/** What earlier runs on this device have measured, kept in this browser. */
export class Rates {
  #measured = $state.raw<readonly Measurement[]>(readMeasurements(readLocal('rates')));

  /** Records the speeds that a run has had. */
  learn({ speeds, cost, snapshot }: Pick<Run, 'speeds' | 'cost' | 'snapshot'>): void {
    if (cost === null || snapshot.step < FEWEST_STEPS) return;
    const { flopsPerStep } = cost;
    for (const [engine, stepsPerSecond] of Object.entries(speeds)) {
      this.record({ engine: engine as EngineName, flopsPerStep, stepsPerSecond });
    }
  }

  record(measurement: Measurement): void {
    if (!isMeasurement(measurement)) return;
    const others = this.#measured.filter((other) => !isSameSize(other, measurement));
    this.#measured = [...others, measurement].slice(-MOST);
    writeLocal('rates', JSON.stringify(this.#measured));
  }

  /** The faster of GPU and CPU, if both have trained steps of about that size. */
  fastest(cost: Pick<RunCost, 'flopsPerStep'> | null): EngineName | undefined {
    if (cost === null) return undefined;
    const near = ({ flopsPerStep: flops }: Measurement) =>
      Math.abs(Math.log(flops / cost.flopsPerStep)) < Math.LN2;
    const speedOf = (engine: EngineName) =>
      this.#measured.findLast((m) => m.engine === engine && near(m))?.stepsPerSecond;
    const [gpu, simd] = [speedOf('gpu'), speedOf('simd')];
    if (gpu === undefined || simd === undefined) return undefined;
    return gpu > simd ? 'gpu' : 'simd';
  }

  /**
   * Seconds for one step: the time of the measured step that is nearest in size, scaled by the operations.
   * null before anything was measured on that engine.
   */
  secondsPerStep(engine: EngineName, flopsPerStep: number): number | null {
    const distance = (m: Measurement) => Math.abs(Math.log(m.flopsPerStep / flopsPerStep));
    const [nearest] = this.#measured
      .filter((measurement) => measurement.engine === engine)
      .toSorted((a, b) => distance(a) - distance(b));
    if (!nearest) return null;
    return flopsPerStep / nearest.flopsPerStep / nearest.stepsPerSecond;
  }
}

function isSameSize(a: Measurement, b: Measurement): boolean {
  const ratio = a.flopsPerStep / b.flopsPerStep;
  return a.engine === b.engine && Math.abs(ratio - 1) < SAME_SIZE;
}

/** What was kept may have been edited, or written by another version. */
function readMeasurements(text: string | null): Measurement[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isMeasurement) : [];
  } catch {
    return [];
  }
}

function isMeasurement(value: unknown): value is Measurement {
  const { engine, flopsPerStep, stepsPerSecond } = (value ?? {}) as Partial<Measurement>;
  const isPositive = (n: unknown) => typeof n === 'number' && n > 0 && Number.isFinite(n);
  return typeof engine === 'string' && isPositive(flopsPerStep) && isPositive(stepsPerSecond);
}
