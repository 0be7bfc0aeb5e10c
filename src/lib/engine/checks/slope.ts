/** How much a weighted sum changes from one side to the other. */
export interface Slope {
  /** Σ dy · ∂y */
  readonly sum: number;
  /** The same without signs: the size that rounding is relative to. */
  readonly size: number;
}

/** The central difference of Σ dy · y, from y at h on either side. */
export function slope(
  dy: Float64Array,
  above: Float64Array,
  below: Float64Array,
  h: number
): Slope {
  let sum = 0;
  let size = 0;
  for (let i = 0; i < dy.length; i++) {
    // One by one, so that what does not change — a masked −10³⁰ — cancels exactly.
    const term = (dy[i] * (above[i] - below[i])) / (2 * h);
    sum += term;
    size += Math.abs(term);
  }
  return { sum, size };
}
