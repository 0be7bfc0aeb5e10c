import type { EngineName } from '../engine/engine';
import type { Breakpoint, Hit } from '../engine/backwardControls';
import type { BackwardStop, Progress } from '../engine/backwardPass';
import type { Origin } from '../engine/expression/explain';
import type { Line } from '../engine/expression/print';
import type { Precision } from '../engine/expression/rounding';
import type { ScalarNode } from '../engine/expression/scalarGraph';
import type { Verification } from '../engine/expression/verify';
import type { Address } from '../engine/ops/expression';
import type { Parameter } from '../engine/program';
import type { Seed } from '../engine/seed';
import type { StepSetup } from './checks/stepSetup';
import type { Arising } from './arising';
import type { UpdateQuestions } from './updateQuestions';

export type { Address, Breakpoint, Hit, Origin, Progress, ScalarNode, Seed, Verification };

/** One operation of the step, as the program has it. */
export interface NodeOutline {
  readonly name: string;
  /** Its kind: `linear`. */
  readonly operation: string;
  readonly summary: string;
  readonly formula: string;
  /** Input → how its gradient accumulates. */
  readonly gradient: Readonly<Record<string, string>>;
  /** `embedding`, `layer0.attention`, … */
  readonly stage: string;
  /** Slot → parameter or activation. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Slot → array of the batch. */
  readonly indices: Readonly<Record<string, string>>;
}

/** One operation of the backward pass: its node by name, what it reads of the forward pass, and what it adds to. */
export type StopOutline = Omit<BackwardStop, 'node'> & { readonly node: string };

/** Whether the backward pass came to the gradients that training took, over all parameters. */
export interface TrainerAgreement {
  readonly exact: boolean;
  readonly agrees: boolean;
  readonly parameters: number;
  readonly numbers: number;
  /** The parameter that is farthest apart. */
  readonly worst: string;
}

/** What an opened step consists of, without its numbers. */
export interface StepOutline {
  readonly step: number;
  readonly seed: Seed;
  readonly engine: EngineName;
  /** Documents of the step; activations are shown for the first. */
  readonly documents: number;
  /** Positions of the step's first document. */
  readonly T: number;
  /** Its input tokens and targets. */
  readonly tokens: readonly number[];
  readonly targets: readonly number[];
  /** Mean loss of the batch, as training told it. */
  readonly loss: number;
  /** Whether the replayed loss is the same, bit for bit. */
  readonly exact: boolean;
  /** In forward order. */
  readonly nodes: readonly NodeOutline[];
  readonly parameters: readonly Pick<Parameter, 'name' | 'group'>[];
  /** By tensor; activations have the first document's rows. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The tensor that holds the seed: its gradient is there from the start. */
  readonly seedTensor: string;
  /** In backward order. */
  readonly stops: readonly StopOutline[];
  /** Of the mean loss only: training takes no other gradient. */
  readonly agreement: TrainerAgreement | null;
}

/** `added`: what the operation just done added to the gradient. */
export type Reading = 'value' | 'gradient' | 'added';

export interface TensorName {
  readonly tensor: string;
  readonly reading: Reading;
}

/** The numbers of a tensor at a stop; of an activation the first document's rows. */
export interface TensorReading extends TensorName {
  readonly shape: readonly number[];
  /** null: not computed yet, which is not 0. */
  readonly numbers: Float64Array | null;
  /** How far its gradient has come at the stop. */
  readonly progress: Progress;
}

/** Where to go in the backward pass; `next` tells a breakpoint that it meets, the last walks on to the first. */
export type Move =
  | { readonly to: 'next'; readonly breakpoints?: readonly Breakpoint[] }
  | { readonly to: 'previous' | 'stageEnd' | 'stageStart' | 'end' | 'start' }
  | { readonly to: 'operation'; readonly name: string }
  | { readonly to: 'breakpoint'; readonly breakpoints: readonly Breakpoint[] };

/** Operations done, and what stopped the walk. */
export interface Arrival {
  readonly position: number;
  readonly hit?: Hit;
}

/** A stretch of a line; what stands for a number of the step leads to it. */
export interface PrintedPiece {
  readonly text: string;
  readonly address?: Address;
}

export type PrintedLine = Omit<Line, 'pieces'> & { readonly pieces: readonly PrintedPiece[] };

export interface PrintedTerm {
  readonly value: number;
  readonly pieces: readonly PrintedPiece[];
}

/** What one operation put into a number, in print. */
export interface PrintedContribution {
  readonly node: string;
  readonly operation: string;
  readonly slot: string;
  /** In f64; what the engine kept is the sum of all. */
  readonly value: number;
  readonly symbolic: readonly PrintedLine[];
  readonly numeric: readonly PrintedLine[];
  /** What it is the sum of, the largest first. */
  readonly terms: readonly PrintedTerm[];
}

/** Which row of the batch a number belongs to. */
export interface RowOutline {
  /** From 0. */
  readonly document: number;
  /** In its document, from 0. */
  readonly position: number;
  readonly token: number;
  readonly target: number;
}

/** A number of a step, opened. */
export interface OpenedNumber {
  readonly address: Address;
  /** When the whole step is computed. */
  readonly stored: number;
  readonly origin: Origin;
  /** All that make it, whether they are done at the stop or not. */
  readonly contributions: readonly PrintedContribution[];
  /** Of a gradient: how far it has come at the stop, and what it is there; null: not computed yet. */
  readonly standing: { readonly progress: Progress; readonly value: number | null } | null;
  /** Of an activation or an entry of the batch. */
  readonly row: RowOutline | null;
}

/** A number recomputed in f64; of a gradient, as far as it has come at the stop. */
export interface VerifiedNumber extends Verification {
  readonly address: Address;
  readonly precision: Precision;
  /** Contributions that were recomputed, and of how many. */
  readonly done: number;
  readonly total: number;
}

/** The kernels that an operation of the step runs on a GPU, whole, and the loop bounds that it ran with. */
export interface NodeKernels {
  readonly dims: Readonly<Record<string, number>>;
  readonly forward: string;
  /** One for each input that it has a gradient for. */
  readonly backward: readonly string[];
}

/** Every question about an opened step: what it asks for, and what answers it. */
export interface Questions extends UpdateQuestions {
  readonly outline: { readonly asked: object; readonly answer: StepOutline };
  readonly tensors: {
    readonly asked: { readonly tensors: readonly TensorName[]; readonly position: number };
    readonly answer: readonly TensorReading[];
  };
  readonly move: {
    readonly asked: { readonly position: number; readonly move: Move };
    readonly answer: Arrival;
  };
  readonly number: {
    readonly asked: { readonly address: Address; readonly position: number };
    readonly answer: OpenedNumber;
  };
  readonly verify: {
    readonly asked: { readonly address: Address; readonly position: number };
    readonly answer: VerifiedNumber;
  };
  readonly kernels: { readonly asked: { readonly node: string }; readonly answer: NodeKernels };
  /** Null if every number of the step is finite. */
  readonly arising: { readonly asked: object; readonly answer: Arising | null };
  readonly setup: { readonly asked: object; readonly answer: StepSetup };
  readonly scalars: {
    readonly asked: { readonly address: Address; readonly expanded?: readonly Address[] };
    readonly answer: readonly ScalarNode[];
  };
}

export type QuestionKind = keyof Questions;

/** A question about a step, with its backward pass from a seed. */
export type Question<K extends QuestionKind = QuestionKind> = {
  readonly [Q in K]: {
    readonly kind: Q;
    readonly step: number;
    readonly seed: Seed;
  } & Questions[Q]['asked'];
}[K];

export type Answer<K extends QuestionKind = QuestionKind> = Questions[K]['answer'];
