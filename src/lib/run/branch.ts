import type { ModelState } from '../engine/engine';
import type { Parameter, Program } from '../engine/program';
import { InspectionError } from './inspection';
import type { Curves } from './snapshot';

/** One weight: its parameter by name, its row and its column. */
export interface Weight {
  readonly parameter: string;
  readonly row: number;
  readonly column: number;
}

/** A weight that was changed by hand. */
export interface WeightEdit extends Weight {
  readonly before: number;
  readonly after: number;
}

/** What becomes of Adam's m and v where a branch begins; its count of steps goes on either way. */
export const momentChoices = ['kept', 'zeroed'] as const;
export type Moments = (typeof momentChoices)[number];

/** Where a branch comes from: enough to tell it from the run that it left. */
export interface BranchOrigin {
  /** The run that it left, as the page calls it. */
  readonly of: string;
  /** Steps done before it begins: those of the run that it left. */
  readonly step: number;
  readonly edits: readonly WeightEdit[];
  readonly moments: Moments;
}

/** What a branch tells of itself when it starts. */
export interface BranchTold extends BranchOrigin {
  /** What the run that it left told of the steps before. */
  readonly curves: Curves;
}

/** A run that goes on from a step of another. */
export interface Branch extends BranchTold {
  /** Weights, edited, and moments. */
  readonly state: ModelState;
}

export function toldOf({ state: _, ...told }: Branch): BranchTold {
  return told;
}

/** What is asked for where a branch begins: weights to change, and what becomes of the moments. */
export interface BranchWish {
  readonly edits: readonly Omit<WeightEdit, 'before'>[];
  readonly moments: Moments;
}

/** A state with some weights changed. Throws InspectionError for a weight that is not there or not finite. */
export function branchState(
  program: Program,
  state: ModelState,
  { edits, moments }: BranchWish
): ModelState {
  const weights = state.weights.slice();
  for (const edit of edits) weights[indexOfWeight(program, edit)] = requireFinite(edit);
  const zeros = () => new Float64Array(weights.length);
  const isKept = moments === 'kept';
  return { ...state, weights, m: isKept ? state.m : zeros(), v: isKept ? state.v : zeros() };
}

/** Where a weight lies in the flat weights. Throws InspectionError if it is not there. */
export function indexOfWeight(program: Program, weight: Weight): number {
  const { parameter, row, column } = weight;
  const { shape, offset } = parameterOf(program, parameter);
  const [rows, columns] = shape;
  const isInside = isBelow(row, rows) && isBelow(column, columns);
  if (isInside) return offset + row * columns + column;
  const rule = `a row below ${rows} and a column below ${columns} of ${parameter}`;
  throw new InspectionError(`weight: needs ${rule}, got [${row},${column}]`);
}

/** Throws InspectionError if there is none of that name. */
export function parameterOf({ parameters }: Program, name: string): Parameter {
  const found = parameters.find((parameter) => parameter.name === name);
  if (found) return found;
  throw new InspectionError(`weight: needs a parameter, got ${name}`);
}

/** `layer0.attn_wq[3,5]` */
export function nameOfWeight({ parameter, row, column }: Weight): string {
  return `${parameter}[${row},${column}]`;
}

function isBelow(index: number, size: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < size;
}

function requireFinite(edit: BranchWish['edits'][number]): number {
  if (Number.isFinite(edit.after)) return edit.after;
  throw new InspectionError(`${nameOfWeight(edit)}: needs a finite number, got ${edit.after}`);
}
