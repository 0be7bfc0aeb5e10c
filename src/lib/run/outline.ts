import type { TrainerCheck } from '../engine/trainerCheck';
import type { NodeOutline, StepOutline, TrainerAgreement } from './questions';
import { rowsOf, type RecordedStep } from './recordedStep';

/** What a step consists of, without its numbers. */
export function outline(recorded: RecordedStep): StepOutline {
  const { program, batch, trace, pass, step, seed, engine, loss, exact, check } = recorded;
  const T = batch.lengths[0];
  return {
    step,
    seed,
    engine,
    documents: batch.B,
    T,
    tokens: [...batch.tokens.subarray(0, T)],
    targets: [...batch.targets.subarray(0, T)],
    loss,
    exact,
    nodes: program.nodes.map(nodeOutline),
    parameters: program.parameters.map(({ name, group }) => ({ name, group })),
    shapes: Object.fromEntries([...trace.shapes.keys()].map((n) => [n, rowsOf(recorded, n)])),
    seedTensor: pass.seed.tensor,
    stops: pass.stops.map(({ node, ...stop }) => ({ ...stop, node: node.name })),
    agreement: check && agreement(check, program.num_params)
  };
}

function nodeOutline({
  operation,
  operationName,
  attributes: _,
  ...node
}: RecordedStep['program']['nodes'][number]): NodeOutline {
  const { summary, formula, gradient } = operation;
  return { ...node, operation: operationName, summary, formula, gradient };
}

function agreement({ exact, agrees, parameters }: TrainerCheck, numbers: number): TrainerAgreement {
  const worst = parameters.reduce((a, b) => (b.deviation.share > a.deviation.share ? b : a));
  return { exact, agrees, parameters: parameters.length, numbers, worst: worst.name };
}
