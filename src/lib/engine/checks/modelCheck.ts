import type { Cell, SeededValue } from '../cpu/seededValue';
import { precisions, type EngineName } from '../engine';
import type { Parameter } from '../program';
import type { Random } from '../random';
import { differenceTolerance, stepTolerance } from '../tolerances';
import { centralDifference, type Difference } from './centralDifference';

/** One weight's gradient against a central difference. */
export interface EntryCheck extends Difference {
  readonly cell: Cell;
  readonly analytic: number;
  readonly error: number;
  /** error relative to the larger of the two; 0 where both are 0. */
  readonly relative: number;
  readonly allowed: number;
  /** `kink`: beside a kink, where neither agreement nor its lack means anything. */
  readonly verdict: 'passes' | 'fails' | 'kink';
}

/** The gradients to check. */
export interface CheckedGradients {
  readonly engine: EngineName;
  readonly gradients: ReadonlyMap<string, Float64Array>;
}

const { h, atol, rtol } = differenceTolerance;

/**
 * Checks `entries` weights of every parameter, one after another, so that the caller can show them as they come. Every
 * other one is drawn from those whose gradient is not 0: most rows of wte are not read by a batch.
 * @param checked the cpu loops' own gradients unless told; f32 gradients may be off by `stepTolerance` besides
 */
export function* checkModel(
  value: SeededValue,
  random: Random,
  entries: number,
  checked: CheckedGradients = { engine: 'cpu', gradients: value.gradients() }
): Generator<EntryCheck> {
  for (const parameter of value.program.parameters) {
    const gradient = checked.gradients.get(parameter.name)!;
    const largest = gradient.reduce((max, g) => Math.max(max, Math.abs(g)), 0);
    const inexact =
      precisions[checked.engine] === 'f64' ? 0 : largest * stepTolerance.gradients.error;
    for (const index of drawEntries(parameter, gradient, entries, random)) {
      const cell = { tensor: parameter.name, index };
      yield judge(cell, gradient[index], centralDifference(value, cell, h), inexact);
    }
  }
}

function judge(cell: Cell, analytic: number, difference: Difference, inexact: number): EntryCheck {
  const error = Math.abs(analytic - difference.numeric);
  const larger = Math.max(Math.abs(analytic), Math.abs(difference.numeric));
  const allowed = atol + rtol * larger + inexact;
  const verdict = difference.kinked ? 'kink' : error <= allowed ? 'passes' : 'fails';
  const relative = error === 0 ? 0 : error / larger;
  return { ...difference, cell, analytic, error, relative, allowed, verdict };
}

function drawEntries(
  { size }: Parameter,
  gradient: Float64Array,
  entries: number,
  random: Random
): number[] {
  const moving = Array.from(gradient.keys()).filter((i) => gradient[i] !== 0);
  return Array.from({ length: entries }, (_, k) => {
    const r = random.random();
    const isMoving = k % 2 === 1 && moving.length > 0;
    return isMoving ? moving[Math.floor(r * moving.length)] : Math.floor(r * size);
  });
}
