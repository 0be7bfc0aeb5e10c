import { trainSteps, type Workload } from '../../src/lib/run/speed/workloads';

/** A workload as plain arrays, for programs that know nothing of ours. */
export interface Problem {
  readonly n_layer: number;
  readonly n_embd: number;
  readonly n_head: number;
  readonly block_size: number;
  readonly vocab_size: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps_adam: number;
  /** Row-major matrices (n_out, n_in) by their names. */
  readonly parameters: Readonly<Record<string, Matrix>>;
  /** The steps to train, in order; repeated when they run out. */
  readonly batches: readonly Rows[];
  /** Learning rate of each of 1,000 steps. */
  readonly learning_rates: readonly number[];
}

export interface Matrix {
  readonly shape: readonly [rows: number, columns: number];
  readonly values: readonly number[];
}

/** Input tokens and targets of the B documents of a step, all of T positions. */
export interface Rows {
  readonly B: number;
  readonly T: number;
  /** (B, T) */
  readonly tokens: readonly number[];
  readonly targets: readonly number[];
}

/** Throws RangeError for a batch whose documents differ in length. */
export function makeProblem(workload: Workload): Problem {
  const { program, adam, initial, batches } = workload;
  const { n_layer, n_embd, n_head, block_size, vocab_size } = program.config;
  const parameters = program.parameters.map(({ name, shape, offset, size }) => {
    const values = [...initial.weights.subarray(offset, offset + size)];
    return [name, { shape, values }] as const;
  });
  return {
    ...{ n_layer, n_embd, n_head, block_size, vocab_size },
    ...adam,
    parameters: Object.fromEntries(parameters),
    batches: batches.map(rowsOf),
    learning_rates: trainSteps(workload, 0, 1000).map(({ learning_rate }) => learning_rate)
  };
}

function rowsOf({ B, T, tokens, targets, lengths }: Workload['batches'][number]): Rows {
  if (lengths.some((length) => length !== T / B)) {
    throw new RangeError('problem: needs documents of one length, got several');
  }
  return { B, T: T / B, tokens: [...tokens], targets: [...targets] };
}
