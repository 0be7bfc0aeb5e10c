import { ShapeError } from '../errors';
import type { CellRule } from './expression';

/** Sizes of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Real numbers of a tensor, row-major: f64 in the `cpu` engine, f32 elsewhere. */
export type Reals = Float64Array | Float32Array;

/** Token ids, positions, row numbers. */
export type Indices = Int32Array;

/** The loop bounds of one execution, by the letters that loops, kernels and formulas share, e.g. { T: 8, n_in: 16, n_out: 64 }. */
export type Dims<D extends string = string> = Record<D, number>;

/**
 * One WGSL kernel: one thread per element it writes, or per tile of them, so that no two threads write the same number
 * and the order of every sum is fixed.
 *
 * The engine generates the bindings (every name in `reads` and `writes`, as `array<f32>`, or `array<i32>` for index
 * inputs), `let D = dims.D;` for each loop bound, and the thread's loop variables; the body uses those names.
 */
export interface Kernel<D extends string = string> {
  /**
   * Loop variables of a thread and their bounds, outermost first: [['t', 'T'], ['o', 'n_out']]; with a step where a
   * thread computes so many elements in a row, the last of which may lie beyond the bound.
   */
  readonly threads: readonly (readonly [variable: string, bound: D, step?: number])[];
  /** Tensors read: inputs, index inputs, 'y', 'dy'. */
  readonly reads: readonly string[];
  /** The one tensor written: 'y', or 'd' + input. Gradients accumulate (`+=`). */
  readonly writes: string;
  readonly body: string;
}

/** A small case that every check of the registry runs: gradient check, CPU against GPU, the catalogue page. */
export interface Sample {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly attributes?: Readonly<Record<string, number>>;
  /** Values of index inputs, row-major; required for each of them. */
  readonly indices?: Readonly<Record<string, readonly number[]>>;
  /** Range that real inputs are drawn from, by input; [-1, 1] unless told. */
  readonly range?: Readonly<Record<string, readonly [number, number]>>;
}

/** Arrays by name: real ones and index ones apart where the names are known, either where they are not. */
export type Tensors<R extends string = string, I extends string = string> = string extends R
  ? Record<string, Reals | Indices>
  : Record<R, Reals> & Record<I, Indices>;

/**
 * One operation of the program: its mathematics, in words, as a formula, as CPU loops and as WGSL.
 * `X` names its real inputs, `I` its index inputs, `A` its integer attributes, `D` its loop bounds.
 */
export interface Operation<
  X extends string = string,
  I extends string = string,
  A extends string = string,
  D extends string = string
> {
  readonly name: string;
  /** What it computes, in one line. */
  readonly summary: string;
  /** Real inputs, in order. */
  readonly inputs: readonly X[];
  /** Integer inputs, without gradient. */
  readonly indices: readonly I[];
  /** Integer constants, e.g. n_head. */
  readonly attributes: readonly A[];
  /** Inputs read at rows other than the row computed: they mix tokens. */
  readonly context: readonly X[];
  /** The forward rule as one Unicode line in the loops' own names. */
  readonly formula: string;
  /** For each real input, how its gradient accumulates. */
  readonly gradient: Readonly<Record<X, string>>;
  /** Shape of the output and the loop bounds; throws ShapeError. */
  shape(
    shapes: Readonly<Record<X | I, Shape>>,
    attributes: Readonly<Record<A, number>>
  ): { y: Shape; dims: Dims<D> };
  /** Writes y. */
  forward(tensors: Tensors<X | 'y', I>, dims: Dims<D>): void;
  /** Adds to dX for every real input X. */
  backward(tensors: Tensors<X | 'y' | `d${X}` | 'dy', I>, dims: Dims<D>): void;
  /** Any one number opened: the expression of a cell of y, and of what this operation adds to a cell of each dX. */
  readonly cells: Readonly<
    Record<'y' | `d${NoInfer<X>}`, CellRule<NoInfer<X> | 'y' | 'dy', NoInfer<I>, NoInfer<D>>>
  >;
  readonly wgsl: {
    readonly forward: Kernel<NoInfer<D>>;
    readonly backward: Readonly<Record<X, Kernel<NoInfer<D>>>>;
  };
  /** At least one; odd sizes, single rows and sizes around 64 among them. */
  readonly samples: readonly Sample[];
}

/** Types an operation by its names and returns it as the registry holds it. */
export function operation<
  const X extends string,
  const I extends string,
  const A extends string,
  D extends string
>(op: Operation<X, I, A, D>): Operation {
  return op;
}

/** Throws `who: needs rule, got name (a, b), …` unless `ok`. */
export function needShapes(
  ok: boolean,
  who: string,
  rule: string,
  shapes: Readonly<Record<string, Shape>>
): asserts ok {
  if (ok) return;
  const got = Object.entries(shapes).map(([name, shape]) => `${name} (${shape.join(', ')})`);
  throw new ShapeError(`${who}: needs ${rule}, got ${got.join(', ')}`);
}
