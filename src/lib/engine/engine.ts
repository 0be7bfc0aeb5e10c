import type { AdamConfig } from './adam';
import type { Batch } from './batch';
import type { ParameterGroup, Program, Stage } from './program';
import type { Seed } from './seed';

/** `cpu`: plain TypeScript, f64, the reference. `gpu`: WebGPU, f32. `simd`: WASM SIMD, f32. */
export const engineNames = ['cpu', 'gpu', 'simd'] as const;
export type EngineName = (typeof engineNames)[number];

/** The numbers that each computes in. */
export const precisions: Readonly<Record<EngineName, 'f32' | 'f64'>> = {
  cpu: 'f64',
  gpu: 'f32',
  simd: 'f32'
};

/** All that a training run carries from step to step; arrays are laid out by `program.parameters`. */
export interface ModelState {
  /** Steps done. */
  readonly step: number;
  readonly weights: Float64Array;
  /** Adam's first moment. */
  readonly m: Float64Array;
  /** Adam's second moment. */
  readonly v: Float64Array;
}

/** One training step to do. */
export interface TrainStep {
  /** Its number, from 1. */
  readonly step: number;
  readonly batch: Batch;
  readonly learning_rate: number;
}

/** Euclidean norms by parameter group. */
export type GroupNorms = Readonly<Record<ParameterGroup, number>>;

/** What every step tells, watched or not. */
export interface StepMetrics {
  readonly step: number;
  /** Mean loss over the targets of the batch, in nats, before the update. */
  readonly loss: number;
  readonly gradientNorms: GroupNorms;
  readonly updateNorms: GroupNorms;
}

/** The forward pass of the first document of a step, as the engine computed it before the update. */
export interface Frame {
  readonly step: number;
  /** The first document's positions. */
  readonly T: number;
  readonly tokens: Int32Array;
  readonly targets: Int32Array;
  /** (T) losses in nats. */
  readonly losses: Float64Array;
  /** (T, V) probabilities of the next token. */
  readonly probs: Float64Array;
  /** For each layer (T, H, S) attention weights, S = block_size; 0 after the position. */
  readonly attention: readonly Float64Array[];
}

/** Milliseconds per stage, forward and backward, and of Adam; a stage is missing where it cannot be timed. */
export interface StageTimes {
  readonly forward: Readonly<Record<Stage, number>>;
  readonly backward: Readonly<Record<Stage, number>>;
  readonly adam?: number;
  /** Steps that the times are the sum of. */
  readonly steps: number;
}

export interface TrainResult {
  readonly metrics: readonly StepMetrics[];
  /** Of the last step, if it was asked for. */
  readonly frame?: Frame;
  /** Of the steps of this call, where the engine can tell. */
  readonly times?: StageTimes;
}

/** What to trace of a step. */
export interface TraceOptions {
  /** What the gradients are of; the mean loss of the batch unless told. */
  readonly seed?: Seed;
  /** Whether to keep how the gradients grow, node by node. It changes no bit of them. */
  readonly record?: boolean;
}

/** What the gradients of a node's inputs had become right after its backward: copies, by the inputs' names. */
export interface NodeRecord {
  readonly node: string;
  readonly gradients: ReadonlyMap<string, Float64Array>;
}

/** How the gradients of a trace grew. */
export interface Recording {
  readonly seed: Seed;
  /** In the order of the backward pass: from the node that computes the seed to the program's first. */
  readonly nodes: readonly NodeRecord[];
}

/** Any tensor of a traced step, by the names of the program; shapes have the batch's T. */
export interface Trace {
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly values: ReadonlyMap<string, Float64Array>;
  /** Gradients of parameters and activations; those computed after the seed have none. */
  readonly gradients: ReadonlyMap<string, Float64Array>;
  /** If it was asked for. */
  readonly recording?: Recording;
}

/** Milliseconds that one operation takes by itself. */
export interface NodeTime {
  readonly node: string;
  readonly forward: number;
  readonly backward: number;
}

/** Executes a program. Methods are called one after another, never at once. */
export interface Engine {
  readonly name: EngineName;
  /** What computes, in words, e.g. `TypeScript, f64` or the adapter's name. */
  readonly device: string;
  readonly program: Program;
  readonly adam: AdamConfig;
  /** Replaces weights, moments and step. */
  load(state: ModelState): Promise<void>;
  /** A copy of weights, moments and step. */
  save(): Promise<ModelState>;
  /**
   * Trains one step for each of `steps`, in order, and tells the metrics of each; `watch` asks for the frame of the last.
   * Watching never changes what is computed. Throws DeviceError if the device is lost: the engine is then unusable.
   */
  train(steps: readonly TrainStep[], watch: boolean): Promise<TrainResult>;
  /**
   * Gradients of the last step trained, as Adam took them, laid out by `program.parameters`; 0 before the first.
   */
  lastGradients(): Promise<Float64Array>;
  /**
   * One forward and backward pass with every value and gradient kept, operation by operation, at the present weights;
   * training state is not touched. Throws ShapeError for a seed that the batch does not have.
   */
  trace(batch: Batch, options?: TraceOptions): Promise<Trace>;
  /**
   * How long each operation takes as `trace` executes it, over and over at the present weights, without copies to or
   * from a device; training state is not touched. Missing where it cannot be told.
   * @param now milliseconds
   */
  timeNodes?(batch: Batch, now: () => number): Promise<readonly NodeTime[]>;
  dispose(): void;
}
