import {
  backOverStage,
  hitAt,
  nextOperation,
  overStage,
  previousOperation,
  toEnd,
  toOperation,
  walk
} from '../engine/backwardControls';
import type { BackwardPass } from '../engine/backwardPass';
import { scalarGraph } from '../engine/expression/scalarGraph';
import { sizeOf } from '../engine/measure';
import { arising } from './arising';
import { setupOf } from './checks/stepSetup';
import { InspectionError } from './inspection';
import { nodeKernels } from './nodeKernels';
import { openNumber, verifyNumber } from './openedNumber';
import { outline } from './outline';
import type {
  Answer,
  Arrival,
  Move,
  Question,
  QuestionKind,
  TensorName,
  TensorReading
} from './questions';
import { rowsOf, type RecordedStep } from './recordedStep';
import type { UpdateQuestionKind } from './updateQuestions';

/** Kinds that a recorded step answers by itself. */
export type StepQuestionKind = Exclude<QuestionKind, UpdateQuestionKind>;

type Answers = {
  readonly [K in StepQuestionKind]: (step: RecordedStep, question: Question<K>) => Answer<K>;
};

const answers: Answers = {
  outline: (step) => outline(step),
  tensors: (step, { tensors, position }) => {
    requirePosition(step.pass, position);
    return tensors.map((name) => read(step, name, position));
  },
  move: ({ pass }, { position, move }) => {
    requirePosition(pass, position);
    return arrive(pass, position, move);
  },
  number: (step, { address, position }) => {
    requirePosition(step.pass, position);
    return openNumber(step, address, position);
  },
  verify: (step, { address, position }) => {
    requirePosition(step.pass, position);
    return verifyNumber(step, address, position);
  },
  kernels: (step, { node }) => nodeKernels(step, node),
  arising: (step) => arising(step),
  setup: (step) => setupOf(step),
  scalars: (step, { address, expanded }) => scalarGraph(step, address, expanded)
};

/** Answers a question about a step. Throws InspectionError, or RangeError for what the step does not have. */
export function answer<K extends StepQuestionKind>(step: RecordedStep, question: Question<K>) {
  const rule: (step: RecordedStep, question: Question<K>) => Answer<K> = answers[question.kind];
  return rule(step, question);
}

function read(
  step: RecordedStep,
  { tensor, reading }: TensorName,
  position: number
): TensorReading {
  const shape = rowsOf(step, tensor);
  const numbers = numbersOf(step, { tensor, reading }, position);
  const progress = step.pass.progress(position, tensor);
  return { tensor, reading, shape, progress, numbers: numbers?.slice(0, sizeOf(shape)) ?? null };
}

function numbersOf({ trace, pass }: RecordedStep, { tensor, reading }: TensorName, at: number) {
  if (reading === 'value') return trace.values.get(tensor);
  return reading === 'gradient' ? pass.gradient(at, tensor) : pass.changes(at).get(tensor)?.added;
}

function arrive(pass: BackwardPass, from: number, move: Move): Arrival {
  switch (move.to) {
    case 'next': {
      const position = nextOperation(pass, from);
      return { position, hit: hitAt(pass, position, move.breakpoints ?? []) };
    }
    case 'previous':
      return { position: previousOperation(pass, from) };
    case 'stageEnd':
      return { position: overStage(pass, from) };
    case 'stageStart':
      return { position: backOverStage(pass, from) };
    case 'end':
      return { position: toEnd(pass) };
    case 'start':
      return { position: 0 };
    case 'operation':
      return { position: toOperation(pass, from, move.name) };
    case 'breakpoint':
      return walk(pass, from, move.breakpoints);
  }
}

function requirePosition({ stops }: BackwardPass, position: number): void {
  if (Number.isInteger(position) && position >= 0 && position <= stops.length) return;
  throw new InspectionError(
    `backward pass: needs a stop from 0 to ${stops.length}, got ${position}`
  );
}
