/** Traced steps to explain: one operation alone, and whole models. */
import type { Batch } from '$lib/engine/batch';
import { makeBatch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { TracedStep } from '$lib/engine/expression/tracedStep';
import { sizeOf } from '$lib/engine/measure';
import type { OperationName } from '$lib/engine/ops/index';
import type { Operation, Sample, Shape } from '$lib/engine/ops/operation';
import type { IndexName, ModelConfig, Program } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import type { Seed } from '$lib/engine/seed';
import type { OperationCase } from '$lib/engine/operationCase';
import { backward } from '../operationCase';
import { drawModel, encode, smallModel } from '../smallModel';

/** A step of one operation: its inputs are the parameters, its output `y`, with the gradient that the case has. */
export function stepOfOperation(op: Operation, sample: Sample, drawn: OperationCase): TracedStep {
  const shapes = new Map<string, Shape>(op.inputs.map((x) => [x, sample.shapes[x]]));
  shapes.set('y', op.shape(sample.shapes, sample.attributes ?? {}).y);
  const gradients = backward(drawn);
  const reals = (from: Readonly<Record<string, Float64Array>>, y: Float64Array) =>
    new Map([...op.inputs.map((x) => [x, from[x]] as const), ['y', y] as const]);
  return {
    program: programOf(op, sample),
    batch: batchOf(drawn.indices),
    trace: {
      shapes,
      values: reals(drawn.reals, drawn.reals.y),
      gradients: reals(gradients, drawn.reals.dy)
    }
  };
}

/** A step of a small model with one or three documents, traced by the cpu engine. */
export async function stepOfModel(
  config: Partial<ModelConfig>,
  documents: readonly string[],
  seed?: Seed
): Promise<TracedStep> {
  const { program, weights } = drawModel(config, new Random(5));
  const engine = new CpuEngine(program, { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 });
  const zeros = new Float64Array(weights.length);
  await engine.load({ step: 0, weights, m: zeros, v: zeros });
  const batch = makeBatch(
    documents.map((text) => encode(text)),
    config.block_size ?? smallModel.block_size
  );
  return { program, batch, seed, trace: await engine.trace(batch, { seed }) };
}

/** The arrays of a batch that operations call by another name. */
const arrays: Readonly<Record<string, IndexName>> = { ids: 'tokens' };

function programOf(op: Operation, { shapes, attributes = {} }: Sample): Program {
  const node = {
    name: 'y',
    operation: op,
    operationName: op.name as OperationName,
    inputs: Object.fromEntries(op.inputs.map((x) => [x, x])),
    indices: Object.fromEntries(op.indices.map((x) => [x, arrays[x] ?? (x as IndexName)])),
    attributes,
    stage: 'head'
  };
  const parameters = op.inputs.map((name) => ({
    name,
    shape: shapes[name] as unknown as readonly [number, number],
    offset: 0,
    size: sizeOf(shapes[name]),
    group: 'lm_head' as const
  }));
  return {
    config: smallModel,
    capacity: 0,
    parameters,
    num_params: 0,
    nodes: [node],
    activations: [],
    stages: ['head']
  };
}

function batchOf(indices: Readonly<Record<string, Int32Array>>): Batch {
  const named = Object.entries(indices).map(([slot, array]) => [arrays[slot] ?? slot, array]);
  const T = Object.values(indices)[0]?.length ?? 1;
  const none = new Int32Array(T);
  const empty = { tokens: none, targets: none, positions: none, starts: none, lengths: none };
  return { T, B: 1, ...empty, ...(Object.fromEntries(named) as Partial<Batch>) };
}
