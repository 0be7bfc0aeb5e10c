import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate, evaluateAll } from '$lib/engine/expression/evaluate';
import { explain } from '$lib/engine/expression/explain';
import { numericPieces } from '$lib/engine/expression/pieces';
import { numericLines, symbolicLines, textOf } from '$lib/engine/expression/print';
import { termsBySize } from '$lib/engine/expression/terms';
import { keyOf, type TracedStep } from '$lib/engine/expression/tracedStep';
import {
  constant,
  expOf,
  logOf,
  maxOf,
  minus,
  named,
  negative,
  plus,
  power,
  product,
  quotient,
  reluOf,
  sum,
  type Aspect,
  type Expression
} from '$lib/engine/ops/expression';
import { operations, type OperationName } from '$lib/engine/ops/index';
import type { Sample } from '$lib/engine/ops/operation';
import { Random } from '$lib/engine/random';
import { drawCase } from '../operationCase';
import { stepOfModel, stepOfOperation } from './steps';

/** Two documents, of three rows and of two. */
const documents = { starts: [0, 0, 0, 3, 3], lengths: [3, 3, 3, 2, 2] };

const attentionSample: Record<string, Sample> = {
  attention_scores: {
    shapes: { q: [5, 4], k: [5, 4], starts: [5], lengths: [5] },
    attributes: { n_head: 2, block_size: 3 },
    indices: documents
  },
  attention_mix: {
    shapes: { a: [5, 2, 3], v: [5, 4], starts: [5], lengths: [5] },
    indices: documents
  }
};

/** What the lines of one cell read, in letters. */
const symbols: [OperationName, string, number[], string[]][] = [
  ['embedding', 'y', [1, 2], ['y[1,2] = w[ids[1],2]']],
  ['embedding', 'dw', [2, 1], ['dw[2,1] += Σ(t = 0, 2) dy[t,1]']],
  ['embedding', 'dw', [4, 1], ['dw[4,1] += dy[3,1]']],
  ['embedding', 'dw', [1, 1], ['dw[1,1] += 0']],
  ['add', 'y', [2, 3], ['y[2,3] = a[2,3] + b[2,3]']],
  ['add', 'db', [2, 3], ['db[2,3] += dy[2,3]']],
  ['rmsnorm', 'y', [1, 2], ['y[1,2] = s · x[1,2]', 's = (Σⱼ x[1,j]² / C + 10⁻⁵)^−½']],
  [
    'rmsnorm',
    'dx',
    [1, 2],
    [
      'dx[1,2] += s · dy[1,2] − s³ / C · x[1,2] · Σ dy·x',
      'Σ dy·x = Σⱼ dy[1,j] · x[1,j]',
      's = (Σⱼ x[1,j]² / C + 10⁻⁵)^−½'
    ]
  ],
  ['linear', 'y', [1, 2], ['y[1,2] = Σᵢ w[2,i] · x[1,i]']],
  ['linear', 'dx', [1, 2], ['dx[1,2] += Σₒ dy[1,o] · w[o,2]']],
  ['linear', 'dw', [1, 2], ['dw[1,2] += Σₜ dy[t,1] · x[t,2]']],
  ['attention_scores', 'y', [1, 1, 0], ['y[1,1,0] = Σⱼ q[1,2+j] · k[0,2+j] / √head_dim']],
  ['attention_scores', 'y', [4, 0, 2], ['y[4,0,2] = 0']],
  ['attention_scores', 'dq', [4, 3], ['dq[4,3] += Σₛ dy[4,1,s] · k[3+s,3] / √head_dim']],
  ['attention_scores', 'dk', [4, 3], ['dk[4,3] += Σ(t = 3…4) dy[t,1,1] · q[t,3] / √head_dim']],
  ['causal_mask', 'y', [1, 0, 1], ['y[1,0,1] = x[1,0,1]']],
  ['causal_mask', 'y', [1, 0, 2], ['y[1,0,2] = −∞']],
  [
    'softmax',
    'y',
    [1, 2],
    [
      'y[1,2] = exp(x[1,2] − max x) / Σ exp',
      'Σ exp = Σⱼ exp(x[1,j] − max x)',
      'max x = maxⱼ x[1,j]'
    ]
  ],
  [
    'softmax',
    'dx',
    [1, 2],
    ['dx[1,2] += y[1,2] · (dy[1,2] − Σ dy·y)', 'Σ dy·y = Σⱼ dy[1,j] · y[1,j]']
  ],
  ['attention_mix', 'y', [4, 3], ['y[4,3] = Σₛ a[4,1,s] · v[3+s,3]']],
  ['attention_mix', 'da', [4, 1, 1], ['da[4,1,1] += Σⱼ dy[4,2+j] · v[4,2+j]']],
  ['attention_mix', 'dv', [1, 2], ['dv[1,2] += Σₜ a[t,1,1] · dy[t,2]']],
  ['relu', 'y', [1, 2], ['y[1,2] = max(0, x[1,2])']],
  ['relu', 'dx', [1, 2], ['dx[1,2] += dy[1,2] if x[1,2] > 0, else 0']],
  ['relu2', 'y', [1, 2], ['y[1,2] = max(0, x[1,2])²']],
  ['relu2', 'dx', [1, 2], ['dx[1,2] += 2 · x[1,2] · dy[1,2] if x[1,2] > 0, else 0']],
  ['cross_entropy', 'y', [1], ['y[1] = −log(p[1,targets[1]])']],
  ['cross_entropy', 'dp', [0, 4], ['dp[0,4] += −dy[0] / p[0,targets[0]]']],
  ['mean', 'y', [], ['y = Σₜ x[t] / T']],
  ['mean', 'dx', [3], ['dx[3] += dy / T']]
];

test.each(symbols)('%s %s%j in letters', (name, slot, index, lines) => {
  const sample = attentionSample[name] ?? operations[name].samples[1];
  const step = stepOfOperation(
    operations[name],
    sample,
    drawCase(operations[name], sample, new Random(1))
  );
  const explanation = opened(step, slot, index);
  expect(symbolicLines(explanation, explanation.contributions[0]).map(textOf)).toEqual(lines);
});

test('every rule of the registry is among them', () => {
  const shown = new Set(symbols.map(([name, slot]) => `${name} ${slot}`));
  const rules = Object.values(operations).flatMap((op) =>
    Object.keys(op.cells).map((slot) => `${op.name} ${slot}`)
  );
  expect(rules.filter((rule) => !shown.has(rule))).toEqual(['add da', 'causal_mask dx']);
});

describe('with numbers', () => {
  const op = operations.linear;
  const sample: Sample = { shapes: { x: [1, 3], w: [1, 3] } };
  const drawn = drawCase(op, sample, new Random(1));
  drawn.reals.x.set([2, -0.5, 1 / 3]);
  drawn.reals.w.set([-0.25, -4, 3e-9]);
  drawn.reals.y.set([1.5]);
  const explanation = opened(stepOfOperation(op, sample, drawn), 'y', [0, 0]);
  const [contribution] = explanation.contributions;

  test('a dot product', () => {
    const [line] = numericLines(explanation, contribution);
    expect(textOf(line)).toBe('y[0,0] = −0.25 · 2 − 4 · (−0.5) + 3e−9 · 0.3333 = 1.5');
    const cells = line.pieces.flatMap(({ cell }) => (cell ? [keyOf(cell)] : []));
    expect(cells).toEqual(['w[0,0]', 'x[0,0]', 'w[0,1]', 'x[0,1]', 'w[0,2]', 'x[0,2]']);
  });

  test('cut short', () => {
    const [line] = numericLines(explanation, contribution, { digits: 2, most: 1 });
    expect(textOf(line)).toBe('y[0,0] = −0.25 · 2 + … 2 more = 1.5');
  });

  test('a number alone is not told twice', async () => {
    const step = await stepOfModel({ n_layer: 1 }, ['ab']);
    const gradient = explain(step, { tensor: 'emb', aspect: 'value', index: [0, 0] });
    expect(textOf(numericLines(gradient, gradient.contributions[0])[0])).toMatch(
      /^y\[0,0\] = \S+ [+−] \S+ = \S+$/
    );
    const copied = explain(step, { tensor: 'tok_emb', aspect: 'value', index: [0, 0] });
    expect(textOf(numericLines(copied, copied.contributions[0])[0])).toMatch(/^y\[0,0\] = \S+$/);
  });

  test('its terms, the largest first', () => {
    expect(termsBySize(explanation.expression).map(({ value }) => value)).toEqual([
      2,
      -0.5,
      3e-9 * (1 / 3)
    ]);
  });
});

describe('any expression', () => {
  test('printed with all its digits reads as the number it is', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const pieces = numericPieces(expression, evaluateAll(expression), 17, Infinity);
        const value = evaluate(expression);
        const read = readNumber(pieces.map(({ text }) => text).join(''));
        expect(Math.abs(read - value)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(value)));
      })
    );
  });

  test('is the sum of its terms', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const terms = termsBySize(expression).map(({ value }) => value);
        const size = terms.reduce((total, value) => total + Math.abs(value), 0);
        const total = terms.reduce((a, b) => a + b, 0);
        expect(Math.abs(total - evaluate(expression))).toBeLessThanOrEqual(1e-12 * (1 + size));
        expect(terms).toEqual([...terms].sort((a, b) => Math.abs(b) - Math.abs(a)));
      })
    );
  });
});

/** Expressions of every kind that prints as arithmetic; numbers of moderate size. */
const { expressions } = fc.letrec<{ leaves: Expression; expressions: Expression }>((tie) => {
  const inner = tie('expressions');
  const positive = inner.map((x) => plus(constant(1), power(x, 2)));
  const bounded = inner.map((x) => quotient(x, plus(constant(1), power(x, 2))));
  return {
    leaves: fc.integer({ min: -40, max: 40 }).map((n) => constant(n / 8)),
    expressions: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie('leaves'),
      fc.array(inner, { maxLength: 4 }).map((parts) => sum('i', parts.length, (i) => parts[i])),
      fc.array(inner, { minLength: 1, maxLength: 3 }).map((parts) => plus(...parts)),
      fc.array(inner, { minLength: 1, maxLength: 3 }).map((parts) => product(...parts)),
      fc
        .array(inner, { minLength: 1, maxLength: 3 })
        .map((parts) => maxOf('i', parts.length, (i) => parts[i])),
      fc.tuple(inner, inner).map(([a, b]) => minus(a, b)),
      fc.tuple(inner, positive).map(([a, b]) => quotient(a, b)),
      fc.tuple(positive, fc.constantFrom(2, -1, 1 / 2, -1 / 2)).map(([x, e]) => power(x, e)),
      inner.map(negative),
      inner.map((x) => named('s', x)),
      inner.map(reluOf),
      bounded.map(expOf),
      positive.map(logOf)
    )
  };
});

/** Computes a printed line as JavaScript. */
function readNumber(text: string): number {
  const code = text
    .replaceAll('−½', '-0.5')
    .replaceAll('−', '-')
    .replaceAll('·', '*')
    .replaceAll('²', '**2')
    .replaceAll('^-0.5', '**-0.5')
    .replace(/\^(-?\d+)/g, '**$1')
    .replace(/√([\d.e+-]+)/g, 'Math.sqrt($1)')
    .replaceAll('√', 'Math.sqrt')
    .replace(/\b(exp|log|max)\(/g, 'Math.$1(')
    // −x² is −(x²), which JavaScript does not take as it stands.
    .replace(/(^|\(|, )-/g, '$1-1*');
  return runInNewContext(code) as number;
}

/** The explanation of a cell of an operation alone, by its slot: y, or a gradient. */
function opened(step: TracedStep, slot: string, index: number[]) {
  const [tensor, aspect]: [string, Aspect] =
    slot === 'y' ? ['y', 'value'] : [slot.slice(1), 'gradient'];
  return explain(step, { tensor, aspect, index });
}
