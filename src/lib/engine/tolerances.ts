import type { EngineName } from './engine';
import type { OperationName } from './ops/index';
import type { Dims } from './ops/operation';

/** One unit in the last place of an f32, relative: WGSL may round a sum or product to either neighbour. */
const ULP = 2 ** -23;

/** Largest magnitude of each tensor of an execution, by the names that loops and kernels use. */
export type Magnitudes = Readonly<Record<string, number>>;

/** How far an f32 engine may be from f64: |Δ| ≤ atol + rtol · |x|. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: (max: Magnitudes, dims: Dims) => number;
  readonly reason: string;
}

const exact: Tolerance = { rtol: 0, atol: () => 0, reason: 'a copy' };
const rounded: Tolerance = { rtol: ULP, atol: () => 0, reason: 'one rounding' };

/**
 * A sum of products a · b over K terms, then added to what was there. K roundings wander like a random walk: √K of
 * them count, each on a partial sum that wanders likewise, to about √K of the largest term.
 */
function sum(a: string, b: string, K: string): Tolerance {
  return {
    rtol: ULP,
    atol: (max, dims) => dims[K] * max[a] * max[b] * ULP,
    reason: `${K} products summed`
  };
}

/** As `sum`, of products scaled by 1/√head_dim: a square root and a division more. */
function scaledSum(a: string, b: string, K: string): Tolerance {
  return {
    rtol: 8 * ULP,
    atol: (max, dims) => (dims[K] * max[a] * max[b] * ULP) / Math.sqrt(dims.head_dim),
    reason: `${K} products summed, √ 3 ulp, division 2.5 ulp`
  };
}

/**
 * The one table of tolerances: for each operation, by the tensor written, f32 against f64 on the same inputs.
 * Figures follow from WGSL's accuracy rules and the length of the sums; they are never widened to pass.
 */
export const tolerances: Readonly<Record<OperationName, Readonly<Record<string, Tolerance>>>> = {
  embedding: {
    y: exact,
    dw: { rtol: ULP, atol: ({ dy }, { T }) => T * dy * ULP, reason: 'up to T numbers summed' }
  },
  add: { y: rounded, da: rounded, db: rounded },
  rmsnorm: {
    y: { rtol: 8 * ULP, atol: ({ y }, { C }) => (C * y * ULP) / 2, reason: 'C squares, √, 1/s' },
    dx: {
      rtol: 8 * ULP,
      // max y / max x is the scale s of the largest rows.
      atol: ({ x, y, dy }, { C }) => (8 + C) * (y / x) * dy * ULP,
      reason: 'the difference of two terms of size s · dy, each with a sum over C in it'
    }
  },
  linear: { y: sum('x', 'w', 'n_in'), dx: sum('dy', 'w', 'n_out'), dw: sum('dy', 'x', 'T') },
  attention_scores: {
    y: scaledSum('q', 'k', 'head_dim'),
    dq: scaledSum('dy', 'k', 'S'),
    dk: scaledSum('dy', 'q', 'T')
  },
  causal_mask: { y: { ...rounded, reason: '−10³⁰ is no f32' }, dx: rounded },
  softmax: {
    y: {
      // exp(−d) may be off by 3 + 2d ulp; d · exp(−d) ≤ 0.37 for the numbers that matter.
      rtol: 2e-5,
      atol: () => 0,
      reason: 'exp is within 3 + 2 |x| ulp, and |x| reaches 60'
    },
    dx: {
      rtol: ULP,
      atol: ({ dy }) => 16 * dy * ULP,
      reason: 'y within 5 ulp of 1, times the difference of two terms of size dy'
    }
  },
  attention_mix: { y: sum('a', 'v', 'S'), da: sum('dy', 'v', 'head_dim'), dv: sum('a', 'dy', 'T') },
  relu: { y: exact, dx: rounded },
  relu2: {
    y: rounded,
    dx: { rtol: ULP, atol: ({ x, dy }) => 4 * x * dy * ULP, reason: 'two products, one sum' }
  },
  cross_entropy: {
    y: { rtol: 3 * ULP, atol: () => 2 ** -21, reason: 'log is within 2⁻²¹ around 1, else 3 ulp' },
    dp: { rtol: 4 * ULP, atol: ({ dy }) => 4 * dy * ULP, reason: 'division 2.5 ulp, one sum' }
  },
  mean: {
    y: { rtol: 4 * ULP, atol: ({ x }) => 4 * x * ULP, reason: 'T numbers summed, divided by T' },
    dx: { rtol: 4 * ULP, atol: ({ dy }) => 4 * dy * ULP, reason: 'division 2.5 ulp, one sum' }
  }
};

/**
 * A whole step, f32 against f64 from the same weights, relative to the largest number of each tensor: some 30
 * operations one after another, each within a few ulp · √K, and twice as many backward. Seen on a software adapter:
 * 4e-7 and 6e-7 for small models, 6e-6 and 9e-6 for the largest.
 */
export const stepTolerance = { values: { error: 1e-5 }, gradients: { error: 2e-5 } } as const;

/**
 * Gradients of a traced step against those by which the engine trained it, relative to the largest of each parameter.
 * `cpu` runs the same loops twice; `gpu` and `simd` trace with one kernel per operation and train with fewer, larger ones,
 * which sum in another order: each is within `stepTolerance` of f64, so the two are within twice as much of each other. Seen
 * on a software adapter: 1.7e-6.
 */
export const trainedTolerance: Readonly<Record<EngineName, { readonly error: number }>> = {
  cpu: { error: 0 },
  gpu: { error: 2 * stepTolerance.gradients.error },
  simd: { error: 2 * stepTolerance.gradients.error }
};

/**
 * A derivative in f64 against a central difference with step h: |Δ| ≤ atol + rtol · its size, which for a sum is that
 * of its terms. The difference itself is off by h² / 6 of the third derivative, and by the rounding of a loss of about
 * 4 divided by h: some 1e-9. Seen: 1.4e-9 for the largest model. A wrong rule shows at 1e-3 of the size and above.
 */
export const differenceTolerance = { h: 1e-6, atol: 1e-8, rtol: 1e-6 } as const;

/**
 * A run of 200 steps, f32 against f64, in nats. Adam turns a gradient that is all rounding into an update of full
 * size, so errors may grow from step to step, and a wrong term is seen within a few. Seen on a software adapter: 1e-6
 * for relu, 1.4e-4 for preset cerebral. Preset max is chaotic and not held to it: see docs/architecture.md.
 */
export const runTolerance = { losses: 1e-3 } as const;
