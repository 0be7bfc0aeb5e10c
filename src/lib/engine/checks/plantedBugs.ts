import { exp } from '../math';
import type { OperationName } from '../ops/index';
import type { Operation, Reals, Tensors } from '../ops/operation';
import { RMSNORM_EPSILON } from '../ops/rmsnorm';
import { replaceOperation, type Program } from '../program';

/** A wrong rule to plant in a copy of an operation's cpu loops; its kernels and formulas stay right. */
export interface PlantedBug {
  readonly name: string;
  readonly operation: OperationName;
  readonly pass: 'forward' | 'backward';
  /** What the loops then compute, in the notation of the formula. */
  readonly rule: string;
  /** The mistake in words, to be told once it is found. */
  readonly mistake: string;
  /** The wrong loops, made of the right operation. */
  readonly spoil: (right: Operation) => Pick<Operation, 'forward'> | Pick<Operation, 'backward'>;
}

/** Backward loops that see another dy. */
function withDy(change: (dy: Reals, dims: Record<string, number>) => Reals) {
  return (right: Operation): Pick<Operation, 'backward'> => ({
    backward: (tensors, dims) =>
      right.backward({ ...tensors, dy: change(tensors.dy as Reals, dims) }, dims)
  });
}

/** Backward loops that forget what a gradient held: = instead of +=. */
function overwriting(gradient: string) {
  return (right: Operation): Pick<Operation, 'backward'> => ({
    backward: (tensors, dims) => {
      tensors[gradient].fill(0);
      right.backward(tensors, dims);
    }
  });
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'unscaled scores',
    operation: 'attention_scores',
    pass: 'backward',
    rule: 'dq[t,h,j] += Σₛ dy[t,h,s] · k[start+s,h,j], and dk likewise',
    mistake: 'The backward rule lacks the 1 / √head_dim of the forward rule.',
    spoil: withDy((dy, { head_dim }) => dy.map((d) => d * Math.sqrt(head_dim)))
  },
  {
    name: 'forgotten contributions',
    operation: 'linear',
    pass: 'backward',
    rule: 'dx[t,i] = Σₒ dy[t,o] · w[o,i]',
    mistake: 'dx is set, not added to: of q, k and v only the last to come backward is heard.',
    spoil: overwriting('dx')
  },
  {
    name: 'forgotten residual',
    operation: 'rmsnorm',
    pass: 'backward',
    rule: 'dx[t,c] = s · dy[t,c] − s³ / C · x[t,c] · Σⱼ dy[t,j] · x[t,j]',
    mistake: 'dx is set, not added to: what came through the residual connection is lost.',
    spoil: overwriting('dx')
  },
  {
    name: 'last token only',
    operation: 'embedding',
    pass: 'backward',
    rule: 'dw[ids[t], c] = dy[t,c]',
    mistake: 'dw is set, not added to: of a token that occurs twice only the last place is heard.',
    spoil: () => ({ backward: overwriteRows })
  },
  {
    name: 'constant scale',
    operation: 'rmsnorm',
    pass: 'backward',
    rule: 'dx[t,c] += s · dy[t,c]',
    mistake: 'The scale s is taken as a constant, although it depends on every x of the row.',
    spoil: () => ({ backward: scaleOnly })
  },
  {
    name: 'independent probabilities',
    operation: 'softmax',
    pass: 'backward',
    rule: 'dxᵢ += yᵢ · (1 − yᵢ) · dyᵢ',
    mistake: 'Each probability is differentiated by its own logit only; they share one sum.',
    spoil: () => ({ backward: diagonalOnly })
  },
  {
    name: 'no maximum',
    operation: 'softmax',
    pass: 'forward',
    rule: 'yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)',
    mistake: 'The maximum is not subtracted: right until a logit passes 709, then exp overflows.',
    spoil: () => ({ forward: withoutMaximum })
  },
  {
    name: 'open gate',
    operation: 'relu',
    pass: 'backward',
    rule: 'dxᵢ += dyᵢ',
    mistake: 'The gradient passes units that are switched off.',
    spoil: () => ({ backward: passAll })
  },
  {
    name: 'half a square',
    operation: 'relu2',
    pass: 'backward',
    rule: 'dxᵢ += max(0, xᵢ) · dyᵢ',
    mistake: 'The 2 of (x²)′ = 2x is missing.',
    spoil: withDy((dy) => dy.map((d) => d / 2))
  },
  {
    name: 'uphill',
    operation: 'cross_entropy',
    pass: 'backward',
    rule: 'dp[t, target[t]] += dy[t] / p[t, target[t]]',
    mistake: 'The sign is wrong: training would unlearn.',
    spoil: withDy((dy) => dy.map((d) => -d))
  },
  {
    name: 'sum for mean',
    operation: 'mean',
    pass: 'backward',
    rule: 'dx[t] += dy',
    mistake: 'The 1 / T of the mean is missing: long batches would take longer steps.',
    spoil: withDy((dy, { T }) => dy.map((d) => d * T))
  }
];

/** A copy of an operation with a bug in its loops. */
export function spoiled(right: Operation, bug: PlantedBug): Operation {
  return { ...right, ...bug.spoil(right) };
}

/** A copy of a program with a bug wherever its operation is used; the registry stays as it is. */
export function plantBug(program: Program, bug: PlantedBug): Program {
  const node = program.nodes.find(({ operationName }) => operationName === bug.operation);
  return node ? replaceOperation(program, bug.operation, spoiled(node.operation, bug)) : program;
}

function overwriteRows(
  { ids, dw, dy }: Tensors<'dw' | 'dy', 'ids'>,
  { T, C }: Record<string, number>
): void {
  for (let t = 0; t < T; t++) {
    for (let c = 0; c < C; c++) dw[ids[t] * C + c] = dy[t * C + c];
  }
}

function scaleOnly(
  { x, dx, dy }: Tensors<'x' | 'dx' | 'dy', never>,
  { T, C }: Record<string, number>
): void {
  for (let t = 0; t < T; t++) {
    let square = 0;
    for (let j = 0; j < C; j++) square += x[t * C + j] * x[t * C + j];
    const s = 1 / Math.sqrt(square / C + RMSNORM_EPSILON);
    for (let c = 0; c < C; c++) dx[t * C + c] += s * dy[t * C + c];
  }
}

function diagonalOnly(
  { y, dx, dy }: Tensors<'y' | 'dx' | 'dy', never>,
  { rows, n }: Record<string, number>
): void {
  for (let i = 0; i < rows * n; i++) dx[i] += y[i] * (1 - y[i]) * dy[i];
}

function withoutMaximum(
  { x, y }: Tensors<'x' | 'y', never>,
  { rows, n }: Record<string, number>
): void {
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += y[r * n + i] = exp(x[r * n + i]);
    for (let i = 0; i < n; i++) y[r * n + i] /= sum;
  }
}

function passAll({ dx, dy }: Tensors<'dx' | 'dy', never>, { N }: Record<string, number>): void {
  for (let i = 0; i < N; i++) dx[i] += dy[i];
}
