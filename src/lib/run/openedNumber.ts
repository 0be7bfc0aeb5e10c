import { evaluateAll } from '../engine/expression/evaluate';
import { explain, type Contribution, type Explanation } from '../engine/expression/explain';
import { numericPieces, type Piece } from '../engine/expression/pieces';
import { numericLines, symbolicLines, type Line } from '../engine/expression/print';
import { termsBySize, type Term } from '../engine/expression/terms';
import { verify } from '../engine/expression/verify';
import type { Address } from '../engine/ops/expression';
import type {
  OpenedNumber,
  PrintedContribution,
  PrintedLine,
  PrintedPiece,
  PrintedTerm
} from './questions';
import type { RecordedStep } from './recordedStep';

/** Significant digits of a number in a line, and most parts of a sum that are written out. */
const DIGITS = 4;
const MOST_PARTS = 6;

/** Opens a number of a step: what made it, in print, and the same in f64. Throws RangeError for what is not there. */
export function openNumber(step: RecordedStep, address: Address): OpenedNumber {
  const explanation = explain(step, address);
  const { stored, origin, contributions } = explanation;
  return {
    address,
    stored,
    origin,
    contributions: contributions.map((each) => print(explanation, each)),
    verification: verify(explanation, step.engine === 'cpu' ? 'f64' : 'f32')
  };
}

function print(explanation: Explanation, contribution: Contribution): PrintedContribution {
  const { node, operation, slot, expression } = contribution;
  const numbers = { digits: DIGITS, most: MOST_PARTS };
  return {
    node,
    operation,
    slot,
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
