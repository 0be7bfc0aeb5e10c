import { checkAdjoint } from '../../engine/checks/adjointCheck';
import { checkCell } from '../../engine/checks/cellCheck';
import { largeSample } from '../../engine/checks/largeSample';
import { checkModel } from '../../engine/checks/modelCheck';
import { caseOfNode } from '../../engine/checks/nodeCase';
import { SeededValue } from '../../engine/cpu/seededValue';
import { TracedLoops } from '../../engine/cpu/traced';
import { placeOf } from '../../engine/expression/tracedStep';
import { makeCase, type OperationCase } from '../../engine/operationCase';
import type { Operation } from '../../engine/ops/operation';
import type { OperationNode, Program } from '../../engine/program';
import { Random } from '../../engine/random';
import type { StepSetup } from './stepSetup';
import type { AdjointFinding, CellCheck, EntryCheck, Told } from './tasks';

/** A program to check, perhaps with a bug in it, and the step to check it on. */
export interface CheckedStep {
  readonly program: Program;
  readonly setup: StepSetup;
}

export function* cellFindings(step: CheckedStep, { cell }: Told<'cell'>): Generator<CellCheck> {
  const value = valueOf(step);
  const gradient = value.gradients().get(cell.tensor);
  if (!gradient) {
    throw new RangeError(
      `cell: needs a tensor that the seed is computed from, got ${cell.tensor}: its gradient is nowhere`
    );
  }
  const { shapes } = measured(step);
  const index = placeOf(cell.index, shapes.get(cell.tensor)!);
  yield checkCell(value, { tensor: cell.tensor, index }, gradient[index]);
}

export function* adjointFindings(
  step: CheckedStep,
  { nodes, inputs, draw }: Told<'adjoints'>
): Generator<AdjointFinding> {
  const trace = measured(step);
  for (const [n, node] of step.program.nodes.entries()) {
    if (!nodes.includes(node.name)) continue;
    // One stream for each, so that an operation by itself is checked as it is among all.
    const random = new Random(draw);
    const operationCase =
      inputs === 'step'
        ? caseOfNode(step.program, step.setup.batch, trace, n, random)
        : largeCase(node.operation, random);
    yield adjoint(node, operationCase, random);
  }
}

export function modelFindings(
  step: CheckedStep,
  { entries, draw }: Told<'model'>
): Generator<EntryCheck> {
  return checkModel(valueOf(step), new Random(draw), entries);
}

function adjoint(
  { name, operationName }: OperationNode,
  operationCase: OperationCase,
  random: Random
): AdjointFinding {
  const { forward, backward, error, allowed, passes } = checkAdjoint(operationCase, random);
  const larger = Math.max(Math.abs(forward), Math.abs(backward));
  const relative = error === 0 ? 0 : error / larger;
  return {
    node: name,
    operation: operationName,
    forward,
    backward,
    relative: Number.isNaN(relative) ? Infinity : relative,
    allowed,
    passes
  };
}

function largeCase(operation: Operation, random: Random): OperationCase {
  return makeCase(operation, largeSample(operation, operation.samples[1]), random);
}

function valueOf({ program, setup }: CheckedStep): SeededValue {
  const value = new SeededValue(program, setup.batch, setup.seed);
  value.load(setup.state.weights);
  return value;
}

function measured({ program, setup }: CheckedStep) {
  const { batch, seed, state } = setup;
  return new TracedLoops(program).run(state.weights, batch, { seed });
}
