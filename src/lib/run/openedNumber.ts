import { precisions } from '../engine/engine';
import { evaluate, evaluateAll } from '../engine/expression/evaluate';
import { explain, type Contribution, type Explanation } from '../engine/expression/explain';
import { numericPieces, type Piece } from '../engine/expression/pieces';
import { numericLines, symbolicLines, type Line } from '../engine/expression/print';
import { termsBySize, type Term } from '../engine/expression/terms';
import { placeOf } from '../engine/expression/tracedStep';
import { verify } from '../engine/expression/verify';
import { constant, plus, type Address } from '../engine/ops/expression';
import type {
  OpenedNumber,
  PrintedContribution,
  PrintedLine,
  PrintedPiece,
  PrintedTerm,
  RowOutline,
  VerifiedNumber
} from './questions';
import { isRowed, type RecordedStep } from './recordedStep';

/** Significant digits of a number in a line, and most parts of a sum that are written out. */
const DIGITS = 4;
const MOST_PARTS = 6;

/**
 * Opens a number of a step: what makes it, in print.
 * @param position operations of the backward pass that are done
 * Throws RangeError for what is not there.
 */
export function openNumber(step: RecordedStep, address: Address, position: number): OpenedNumber {
  const explanation = explain(step, address);
  const { stored, origin, contributions } = explanation;
  return {
    address,
    stored,
    origin,
    contributions: contributions.map((each) => print(explanation, each)),
    standing: standing(step, address, position),
    row: rowOf(step, address)
  };
}

/**
 * Recomputes a number in f64: a gradient as far as it has come at a position, or whole where nothing of it is done.
 * Throws RangeError for what is not there.
 */
export function verifyNumber(
  step: RecordedStep,
  address: Address,
  position: number
): VerifiedNumber {
  const precision = precisions[step.engine];
  const whole = explain(step, address);
  const total = whole.contributions.length;
  const partial = explainPartial(step, whole, position);
  const done = partial ? partial.contributions.length : total;
  return { address, precision, done, total, ...verify(partial ?? whole, precision) };
}

/** A gradient of which some contributions are in, by these alone; null for any other number. */
function explainPartial(
  step: RecordedStep,
  whole: Explanation,
  position: number
): Explanation | null {
  const { address, origin, contributions } = whole;
  const now = standing(step, address, position);
  if (now?.progress.state !== 'partial' || now.value === null) return null;
  const done = new Set(step.pass.stops.slice(0, position).map(({ node }) => node.name));
  const added = contributions.filter(({ node }) => done.has(node));
  const seed = origin === 'seed' ? [constant(1, 'seed')] : [];
  const expression = plus(...seed, ...added.map((each) => each.expression));
  return { ...whole, stored: now.value, contributions: added, expression };
}

function standing(
  { pass, trace }: RecordedStep,
  { tensor, aspect, index }: Address,
  position: number
): OpenedNumber['standing'] {
  if (aspect !== 'gradient') return null;
  const at = placeOf(index, trace.shapes.get(tensor)!);
  const value = pass.gradient(position, tensor)?.[at] ?? null;
  return { progress: pass.progress(position, tensor), value };
}

function rowOf(step: RecordedStep, { tensor, aspect, index }: Address): RowOutline | null {
  if (aspect !== 'batch' && !isRowed(step, tensor)) return null;
  const { starts, positions, tokens, targets } = step.batch;
  const [t] = index;
  const document = new Set(starts.subarray(0, t + 1)).size - 1;
  return { document, position: positions[t], token: tokens[t], target: targets[t] };
}

function print(explanation: Explanation, contribution: Contribution): PrintedContribution {
  const { node, operation, slot, expression } = contribution;
  const numbers = { digits: DIGITS, most: MOST_PARTS };
  return {
    node,
    operation,
    slot,
    value: evaluate(expression),
    symbolic: symbolicLines(explanation, contribution).map(printLine),
    numeric: numericLines(explanation, contribution, numbers).map(printLine),
    terms: termsBySize(expression).map(printTerm)
  };
}

function printLine({ pieces, ...line }: Line): PrintedLine {
  return { ...line, pieces: pieces.map(printPiece) };
}

function printTerm({ expression, value }: Term): PrintedTerm {
  const pieces = numericPieces(expression, evaluateAll(expression), DIGITS, MOST_PARTS);
  return { value, pieces: pieces.map(printPiece) };
}

/** A cell without what rules need of it: only where it is. */
function printPiece({ text, cell }: Piece): PrintedPiece {
  if (!cell) return { text };
  const { tensor, aspect, index } = cell;
  return { text, address: { tensor, aspect, index } };
}
