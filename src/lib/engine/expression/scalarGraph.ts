import type { Address } from '../ops/expression';
import { explain, originOf, type Origin } from './explain';
import { slopesOf } from './forms';
import { ScalarTape, type ScalarOperation } from './scalarTape';
import type { TracedStep } from './tracedStep';

/** One number of the graph, as microgpt's `Value` holds it. */
export interface ScalarNode {
  /** What makes it; undefined for a leaf. */
  readonly operation?: ScalarOperation;
  /** Where its inputs are in the list of nodes. */
  readonly inputs: readonly number[];
  /** Of `pow`. */
  readonly exponent?: number;
  readonly value: number;
  /** ∂root/∂node. */
  readonly gradient: number;
  /** What formulas call it: `s`, `max x`, `T`. */
  readonly name?: string;
  /** The numbers of the step that it is; the last is the one nearest to the root. */
  readonly cells: readonly Address[];
  /** Of a leaf that is a cell: where it comes from. One that an operation made can be expanded. */
  readonly origin?: Origin;
}

/**
 * The scalar graph of a number as microgpt's `Value` draws it: inputs before what is made of them, the number itself
 * last. One operation deep; the cells in `expanded` are drawn by what made them, wherever they appear.
 */
export function scalarGraph(
  step: TracedStep,
  root: Address,
  expanded: readonly Address[] = []
): readonly ScalarNode[] {
  const tape = new ScalarTape((cell) => explain(step, cell).expression, [root, ...expanded]);
  tape.draw(root);
  const gradients = backward(tape);
  return tape.entries.map(({ form, inputs, value, name, isCell, cells }, i) => ({
    operation: form && tape.operationOf(form),
    inputs,
    exponent: form?.kind === 'power' ? form.exponent : undefined,
    value,
    gradient: gradients[i],
    name,
    cells,
    origin: isCell ? originOf(step, cells[0]) : undefined
  }));
}

/** Gradients of the last entry, as `Value.backward` finds them: from the end, each adding to its inputs'. */
function backward({ entries }: ScalarTape): Float64Array {
  const gradients = new Float64Array(entries.length);
  gradients[entries.length - 1] = 1;
  for (let i = entries.length - 1; i >= 0; i--) {
    const { form, inputs, value } = entries[i];
    if (!form) continue;
    const numbers = inputs.map((input) => entries[input].value);
    const slopes = slopesOf(form, numbers, value);
    inputs.forEach((input, k) => (gradients[input] += slopes[k] * gradients[i]));
  }
  return gradients;
}
