import { describeDeviation, worstDeviation, type Deviation } from './deviation';
import { sizeOf } from './measure';
import type { OperationName } from './ops/index';
import type { Dims, Operation, Sample, Shape } from './ops/operation';
import type { Random } from './random';
import { tolerances } from './tolerances';

/** One execution of an operation, forward and backward, on given numbers. */
export interface OperationCase {
  readonly operation: Operation;
  readonly dims: Dims;
  /** Real inputs, `dy`, and what each gradient `dX` holds before; y is still to be computed. */
  readonly reals: Readonly<Record<string, Float64Array>>;
  readonly indices: Readonly<Record<string, Int32Array>>;
}

/** What a case computes: y and each dX, by name. */
export type CaseResult = Readonly<Record<string, Float64Array>>;

/** Fills a sample with random numbers that f32 holds exactly; gradients begin with something in them. */
export function makeCase(operation: Operation, sample: Sample, random: Random): OperationCase {
  const { shapes, attributes = {}, range = {} } = sample;
  const { y, dims } = operation.shape(shapes, attributes);
  const reals: Record<string, Float64Array> = { y: new Float64Array(sizeOf(y)) };
  reals.dy = draw(y, [-1, 1], random);
  for (const input of operation.inputs) {
    reals[input] = draw(shapes[input], range[input] ?? [-1, 1], random);
    reals[`d${input}`] = draw(shapes[input], [-1, 1], random);
  }
  const indices: Record<string, Int32Array> = {};
  for (const name of operation.indices) indices[name] = Int32Array.from(sample.indices![name]);
  return { operation, dims, reals, indices };
}

/** The reference result: the operation's own loops, in f64. */
export function runOnCpu({ operation, dims, reals, indices }: OperationCase): CaseResult {
  const tensors: Record<string, Float64Array> = {};
  for (const [name, numbers] of Object.entries(reals)) tensors[name] = numbers.slice();
  const all = { ...tensors, ...indices };
  operation.forward(all, dims);
  operation.backward(all, dims);
  return Object.fromEntries(written(operation).map((name) => [name, tensors[name]]));
}

/** Names of the tensors that a case writes. */
export function written({ inputs }: Operation): readonly string[] {
  return ['y', ...inputs.map((input) => `d${input}`)];
}

/** The worst deviation of each tensor that another engine computed for a case, by the table of tolerances. */
export function compareCase(
  operationCase: OperationCase,
  actual: CaseResult
): ReadonlyMap<string, Deviation> {
  const { operation, dims, reals } = operationCase;
  const expected = runOnCpu(operationCase);
  const max: Record<string, number> = { ...magnitudes(reals), ...magnitudes({ y: expected.y }) };
  return new Map(
    written(operation).map((name) => {
      const { rtol, atol } = tolerances[operation.name as OperationName][name];
      return [name, worstDeviation(actual[name], expected[name], { rtol, atol: atol(max, dims) })];
    })
  );
}

/** What is beyond tolerance, as `softmax dx: needs |Δ| ≤ …, got …`; undefined if nothing is. */
export function complaint(
  { name }: Operation,
  deviations: ReadonlyMap<string, Deviation>
): string | undefined {
  for (const [tensor, deviation] of deviations) {
    if (!(deviation.share <= 1)) return `${name} ${tensor}: needs ${describeDeviation(deviation)}`;
  }
  return undefined;
}

function draw(shape: Shape, [low, high]: readonly [number, number], random: Random): Float64Array {
  const numbers = new Float64Array(sizeOf(shape));
  return numbers.map(() => Math.fround(low + (high - low) * random.random()));
}

function magnitudes(tensors: Readonly<Record<string, Float64Array>>): Record<string, number> {
  const largest = (numbers: Float64Array) => numbers.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, largest(x)]));
}
