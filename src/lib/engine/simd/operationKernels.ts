import { written, type CaseResult, type OperationCase } from '../operationCase';
import type { OperationName } from '../ops/index';
import type { Dims, Operation } from '../ops/operation';
import { Arena } from './memory';
import { instantiate, type Kernels, type SimdModule } from './module';

/** What each kernel of an operation takes besides its loop bounds, by name and in order. */
export function operationArguments({ inputs, indices }: Operation): {
  forward: readonly string[];
  backward: readonly string[];
} {
  const forward = [...inputs, ...indices, 'y'];
  return { forward, backward: [...forward, ...inputs.map((input) => `d${input}`), 'dy'] };
}

/** Runs one operation's loops. @param address of each tensor by its name */
export function runOperation(
  kernels: Kernels,
  operation: Operation,
  pass: 'forward' | 'backward',
  dims: Dims,
  address: (name: string) => number
): void {
  const kernel = kernels[`${operation.name as OperationName}_${pass}`];
  kernel(...Object.values(dims), ...operationArguments(operation)[pass].map(address));
}

/** Runs single operations, forward and then backward. */
export async function runOnSimd(
  module: SimdModule,
  cases: readonly OperationCase[]
): Promise<CaseResult[]> {
  const kernels = await instantiate(module);
  return cases.map((operationCase) => runCase(kernels, operationCase));
}

/** Lays a case's numbers at the beginning of the memory that is free. */
function runCase(kernels: Kernels, { operation, dims, reals, indices }: OperationCase): CaseResult {
  const arena = new Arena(kernels);
  const all = { ...reals, ...indices };
  const places = new Map(
    Object.entries(all).map(([name, { length }]) => [name, arena.take(length)])
  );
  arena.settle();
  const address = (name: string) => places.get(name)!;
  const reading = (name: string) => arena.floats(address(name), reals[name].length);
  for (const [name, numbers] of Object.entries(reals)) reading(name).set(numbers);
  for (const [name, ids] of Object.entries(indices)) {
    arena.integers(address(name), ids.length).set(ids);
  }
  runOperation(kernels, operation, 'forward', dims, address);
  runOperation(kernels, operation, 'backward', dims, address);
  return Object.fromEntries(
    written(operation).map((name) => [name, Float64Array.from(reading(name))])
  );
}
