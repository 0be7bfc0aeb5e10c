import type { AttentionFrame } from './snapshot';

/** Attention weights as plain lists: layer, head, position, and there a row up to that position. */
export function attentionRows({ n_layer, n_head, T, weights }: AttentionFrame): number[][][][] {
  return range(n_layer).map((l) =>
    range(n_head).map((h) =>
      range(T).map((t) => {
        const row = ((l * n_head + h) * T + t) * T;
        return Array.from(weights.subarray(row, row + t + 1));
      })
    )
  );
}

/** Attention weights from the numbers of those rows, one after another; throws RangeError if they are too few or many. */
export function attentionFromRows(
  { n_layer, n_head, T }: Omit<AttentionFrame, 'weights'>,
  numbers: Float64Array
): AttentionFrame {
  const rows = n_layer * n_head * T;
  const expected = (rows * (T + 1)) / 2;
  if (numbers.length !== expected) {
    throw new RangeError(`attention: needs ${expected} weights, got ${numbers.length}`);
  }
  const weights = new Float64Array(rows * T);
  let from = 0;
  for (let row = 0; row < rows; row++) {
    const length = (row % T) + 1;
    weights.set(numbers.subarray(from, from + length), row * T);
    from += length;
  }
  return { n_layer, n_head, T, weights };
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
