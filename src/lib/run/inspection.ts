import type { Trace } from '../engine/engine';
import type { Program } from '../engine/program';
import { nearest } from './nearest';
import type { Inspection, InspectionRequest } from './protocol';
import type { WholeFrame } from './recordFrame';

/** Why a step is not opened, in a sentence. */
export class InspectionError extends Error {
  override name = 'InspectionError';
  /** Whether the request only gave way to newer ones. */
  readonly superseded: boolean;

  constructor(message: string, superseded = false) {
    super(message);
    this.superseded = superseded;
  }
}

/** A step, opened: its forward pass, and if tensors were asked for, all of them. */
export interface OpenedStep extends Omit<Inspection, 'shapes' | 'values' | 'gradients' | 'frame'> {
  readonly frame: WholeFrame;
  readonly trace: Trace | null;
}

/** Most names that are suggested for one that is unknown. */
const MOST_SUGGESTIONS = 3;

/**
 * Throws InspectionError if the step is not done.
 * @param before steps done before any of these
 * @param lead 0 where the state before training will do
 */
export function requireDone(
  step: number,
  { first: before, done }: { readonly first: number; readonly done: number },
  lead: 0 | 1
): void {
  const first = before + lead;
  if (Number.isInteger(step) && step >= first && step <= done && done > before) return;
  const rule = done === before ? 'a step that is done' : `a step from ${first} to ${done}`;
  throw new InspectionError(`inspection: needs ${rule}, got ${step}`);
}

/** Throws InspectionError for the first name that the program does not have. */
export function requireNames(program: Program, { values, gradients }: InspectionRequest): void {
  const known = [...program.parameters, ...program.activations].map(({ name }) => name);
  const unknown = [...values, ...gradients].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const suggestions = nearest(unknown, known, MOST_SUGGESTIONS).join(', ');
  throw new InspectionError(
    `inspection: needs a tensor of the program, got ${unknown}; nearest are ${suggestions}`
  );
}

export function resetError(): InspectionError {
  return new InspectionError('inspection: needs a run that goes on, got one that was reset');
}

/** A trace with only the first document's rows, `T` of them, of every activation; parameters and the loss are whole. */
export function cutToDocument(program: Program, trace: Trace, T: number): Trace {
  const rowed = new Set(
    program.activations.filter(({ capacity }) => capacity.length > 0).map(({ name }) => name)
  );
  const shapes = new Map(
    [...trace.shapes].map(([name, shape]) => [
      name,
      rowed.has(name) ? [T, ...shape.slice(1)] : shape
    ])
  );
  const cut = (tensors: Trace['values']) =>
    new Map(
      [...tensors].map(([name, numbers]) => [name, numbers.slice(0, sizeOf(shapes.get(name)!))])
    );
  return { shapes, values: cut(trace.values), gradients: cut(trace.gradients) };
}

/** Whether a request needs more than the forward pass that training does anyway. */
export function needsTrace({ values, gradients, document }: InspectionRequest): boolean {
  return values.length + gradients.length > 0 || document !== undefined;
}

/** What was asked for of an opened step, in arrays of its own. */
export function pick(opened: OpenedStep, request: InspectionRequest): Inspection {
  const { trace, frame, ...about } = opened;
  const { values, gradients } = request;
  const copies = (tensors: Trace['values'] | undefined, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, tensors!.get(name)!.slice()]));
  const names = [...new Set([...values, ...gradients])];
  return {
    ...about,
    ...(request.frame && { frame: copyOf(frame) }),
    shapes: Object.fromEntries(names.map((name) => [name, trace!.shapes.get(name)!])),
    values: copies(trace?.values, values),
    gradients: copies(trace?.gradients, gradients)
  };
}

function copyOf({ attention, ...frame }: WholeFrame): WholeFrame {
  return { ...frame, attention: { ...attention, weights: attention.weights.slice() } };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
