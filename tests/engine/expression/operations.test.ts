import { afterAll, describe, expect, test } from 'vitest';
import { explain, operandsOf } from '$lib/engine/expression/explain';
import { termsBySize } from '$lib/engine/expression/terms';
import type { TracedStep } from '$lib/engine/expression/tracedStep';
import { verify } from '$lib/engine/expression/verify';
import { constant, product, type Address, type CellRule } from '$lib/engine/ops/expression';
import { operations } from '$lib/engine/ops/index';
import type { Operation, Sample } from '$lib/engine/ops/operation';
import { Random } from '$lib/engine/random';
import { drawCase } from '../operationCase';
import { addressesOf } from './addresses';
import { stepOfOperation } from './steps';

/** Most cells of one tensor that are opened. */
const MOST = 200;

const cases = Object.values(operations).flatMap((op) =>
  op.samples.map((sample) => ({ op, sample, title: `${op.name} ${JSON.stringify(sample.shapes)}` }))
);

/** Largest distance seen, in units of what is allowed. */
let worst = 0;

/** y and every gradient of an operation alone. */
function opened(op: Operation, sample: Sample): { step: TracedStep; addresses: Address[] } {
  const step = stepOfOperation(op, sample, drawCase(op, sample, new Random(8)));
  const gradients = op.inputs.flatMap((x) => addressesOf(step, x, 'gradient', MOST));
  return { step, addresses: [...addressesOf(step, 'y', 'value', MOST), ...gradients] };
}

/** How far an expression is from what the loops computed: 4 ulp for each cell it reads, of the sum of its terms' sizes. */
function excess(step: TracedStep, address: Address): number {
  const explanation = explain(step, address);
  const size = termsBySize(explanation.expression).reduce((s, { value }) => s + Math.abs(value), 0);
  const allowed = 4 * 2 ** -52 * operandsOf(explanation).length * size;
  const { difference } = verify(explanation, 'f64');
  return difference === 0 ? 0 : Math.abs(difference) / allowed;
}

describe.each(cases)('$title', ({ op, sample }) => {
  const { step, addresses } = opened(op, sample);

  test('every cell opened equals what the loops computed', () => {
    const far = addresses.map((address) => ({ address, share: excess(step, address) }));
    worst = Math.max(worst, ...far.map(({ share }) => share));
    expect(far.filter(({ share }) => !(share <= 1))).toEqual([]);
  });

  test('rounding explains every difference, and is small', () => {
    for (const address of addresses) {
      const explanation = explain(step, address);
      const { difference, rounding } = verify(explanation, 'f64');
      const terms = termsBySize(explanation.expression);
      const size = terms.reduce((total, { value }) => total + Math.abs(value), 0);
      expect(Math.abs(difference)).toBeLessThanOrEqual(rounding);
      expect(rounding).toBeLessThanOrEqual(1e-12 * size + Number.MIN_VALUE);
    }
  });
});

afterAll(() => {
  console.log(`opened cells reach ${(100 * worst).toFixed(1)} % of the tolerance`);
});

/** Mistakes that the comparison must find in any rule. */
const mistakes: Record<string, (rule: CellRule) => CellRule> = {
  'a number 1e-10 too large': (rule) => (cells, dims, index) =>
    product(constant(1 + 1e-10), rule(cells, dims, index)),
  'a wrong sign': (rule) => (cells, dims, index) => product(constant(-1), rule(cells, dims, index)),
  'the cell before': (rule) => (cells, dims, index) =>
    rule(cells, dims, index.with(-1, Math.max(0, index[index.length - 1] - 1)))
};

const rules = Object.values(operations).flatMap((op) =>
  (['y', ...op.inputs.map((x) => `d${x}` as const)] as const).map((slot) => ({ op, slot }))
);

describe.each(Object.entries(mistakes))('%s is found', (what, mistake) => {
  // Every cell of a mean's y is the first, and all numbers of its dx are equal.
  const affected = rules.filter(({ op }) => what !== 'the cell before' || op.name !== 'mean');
  test.each(affected)('in $op.name $slot', ({ op, slot }) => {
    const wrong: Operation = { ...op, cells: { ...op.cells, [slot]: mistake(op.cells[slot]) } };
    const { step, addresses } = opened(wrong, op.samples[1]);
    expect(addresses.some((address) => !(excess(step, address) <= 1))).toBe(true);
  });
});

test('an operation opens its y and every gradient, no more', () => {
  for (const op of Object.values(operations)) {
    expect(Object.keys(op.cells)).toEqual(['y', ...op.inputs.map((x) => `d${x}`)]);
  }
});
