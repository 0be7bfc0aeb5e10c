import { beforeAll, describe, expect, test } from 'vitest';
import {
  attentionEdges,
  edgeAt,
  edgeIndex,
  edgesPerHead,
  entropyEdges,
  gradientEdges,
  headEntropy,
  valueEdges,
  type Edges
} from '$lib/views/constellation/edges';
import { watchStep, type WatchedStep } from './watchedStep';

let step: WatchedStep;

beforeAll(async () => {
  step = await watchStep({}, 30);
});

/** Every edge that attention may use. */
function* edgesOf({ n_layer, n_head, T }: Omit<Edges, 'values'>) {
  for (let layer = 0; layer < n_layer; layer++) {
    for (let head = 0; head < n_head; head++) {
      for (let t = 0; t < T; t++) for (let s = 0; s <= t; s++) yield { layer, head, t, s };
    }
  }
}

test('edges are numbered without gaps, and told back from their number', () => {
  const sizes = { n_layer: 2, n_head: 3, T: 64 };
  const numbers = [...edgesOf(sizes)].map(({ layer, head, t, s }) =>
    edgeIndex(sizes, layer, head, t, s)
  );
  expect(numbers).toEqual(Array.from({ length: 6 * edgesPerHead(64) }, (_, i) => i));
  expect(numbers.map((i) => edgeAt(sizes, i))).toEqual([...edgesOf(sizes)]);
});

test('attention is that of the traced step, bit by bit', () => {
  const edges = attentionEdges(step.frame.attention);
  for (const { layer, head, t, s } of edgesOf(edges)) {
    const alpha = tensor(`layer${layer}.attn_weights`)[
      at3(`layer${layer}.attn_weights`, t, head, s)
    ];
    expect(edges.values[edgeIndex(edges, layer, head, t, s)]).toBe(alpha);
  }
});

describe('value', () => {
  test('vectors W_O v, weighted with α, add up to attn_out, and the edges are their lengths', () => {
    const edges = valueEdges(step.frame.attention, step.inspection);
    for (let layer = 0; layer < edges.n_layer; layer++) {
      const sums = new Float64Array(tensor(`layer${layer}.attn_out`).length);
      for (const edge of edgesOf({ ...edges, n_layer: 1 })) {
        const added = edgeVector(layer, edge);
        added.forEach((x, i) => (sums[edge.t * added.length + i] += x));
        const value = edges.values[edgeIndex(edges, layer, edge.head, edge.t, edge.s)];
        expect(value).toBeCloseTo(Math.hypot(...added), 12);
      }
      sums.forEach((x, i) => expect(x).toBeCloseTo(tensor(`layer${layer}.attn_out`)[i], 12));
    }
  });

  /** α W_O v of one edge, from the definition. */
  function edgeVector(layer: number, { head, t, s }: { head: number; t: number; s: number }) {
    const { n_embd: C, n_head } = step.settings;
    const weights = `layer${layer}.attn_weights`;
    const alpha = tensor(weights)[at3(weights, t, head, s)];
    const [v, wo] = [tensor(`layer${layer}.v`), tensor(`layer${layer}.attn_wo`)];
    const slice = Array.from({ length: C / n_head }, (_, j) => (head * C) / n_head + j);
    return Array.from({ length: C }, (_, i) =>
      slice.reduce((sum, j) => sum + alpha * wo[i * C + j] * v[s * C + j], 0)
    );
  }
});

describe('gradient', () => {
  test('is α · ∂loss/∂α, from which the softmax makes the gradient of its scores', () => {
    const edges = gradientEdges(step.frame.attention, step.inspection);
    const alphas = attentionEdges(step.frame.attention);
    for (const { layer, head, t, s } of edgesOf(edges)) {
      const row = edgeIndex(edges, layer, head, t, 0);
      const sum = edges.values.subarray(row, row + t + 1).reduce((a, b) => a + b, 0);
      const masked = `layer${layer}.attn_masked`;
      const expected = step.trace.gradients.get(masked)![at3(masked, t, head, s)];
      expect(edges.values[row + s] - alphas.values[row + s] * sum).toBeCloseTo(expected, 12);
    }
  });

  test('some edges help and some harm', () => {
    const { values } = gradientEdges(step.frame.attention, step.inspection);
    expect(Math.min(...values)).toBeLessThan(0);
    expect(Math.max(...values)).toBeGreaterThan(0);
  });
});

describe('entropy', () => {
  test('of a head is the sum of its edges, and lies between 0 and log₂ of what may be seen', () => {
    const edges = entropyEdges(step.frame.attention);
    const entropy = headEntropy(step.frame.attention);
    for (let row = 0; row < entropy.length; row++) {
      const t = row % edges.T;
      const from = edgeIndex(edges, 0, Math.floor(row / edges.T), t, 0);
      const sum = edges.values.subarray(from, from + t + 1).reduce((a, b) => a + b, 0);
      expect(entropy[row]).toBeCloseTo(sum, 12);
      expect(entropy[row]).toBeGreaterThanOrEqual(0);
      expect(entropy[row]).toBeLessThanOrEqual(Math.log2(t + 1) + 1e-12);
    }
  });

  test('of one position is 0, of an even look over four 2 bits, half a bit for each', () => {
    const weights = new Float64Array(16);
    for (let t = 0; t < 4; t++) weights.fill(1 / (t + 1), 4 * t, 5 * t + 1);
    const frame = { n_layer: 1, n_head: 1, T: 4, weights };
    expect(headEntropy(frame)[0]).toBe(0);
    expect(headEntropy(frame)[3]).toBe(2);
    expect([...entropyEdges(frame).values.subarray(6)]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

function tensor(name: string): Float64Array {
  return step.trace.values.get(name)!;
}

/** Place of [t, h, s] in a tensor (T, H, S). */
function at3(name: string, t: number, h: number, s: number): number {
  const [, H, S] = step.trace.shapes.get(name)!;
  return (t * H + h) * S + s;
}
