import type { EngineName, GroupNorms, StageTimes } from '../engine/engine';
import type { RankedToken } from '../engine/metrics';
import type { Branch, BranchTold } from './branch';
import type { Corpus } from './corpus';
import type { Answer, Question } from './questions';
import type { SampleShares, ScoredSample } from './scores';
import type { Settings } from './settings';
import type { RecordedFrame } from './snapshot';

export type { EngineName, GroupNorms, RankedToken, StageTimes };

/** What a run is started with. */
export interface RunRequest {
  readonly settings: Settings;
  readonly corpus: Corpus;
  /** What the engine `auto` stands for, if this device has measured which is the fastest. */
  readonly measured?: EngineName;
  /** Where it goes on from; a run of its own begins with the weights that its seed draws. */
  readonly branch?: Branch;
}

/** What may be asked of a run, at any time; what does not fit its state is ignored. */
export type Command =
  /** Train one step, then pause. */
  | { readonly type: 'step' }
  /** Train `steps` steps (all that are left, unless told), waiting `delay` ms after each. */
  | { readonly type: 'run'; readonly steps?: number; readonly delay?: number }
  | { readonly type: 'pause' }
  /** Go on with what was paused. */
  | { readonly type: 'resume' }
  /** Back to step 0, or to where a branch begins, with the same weights as then, paused. */
  | { readonly type: 'reset' }
  /** End the run where it is. */
  | { readonly type: 'cancel' }
  /** Draw samples; count and temperature are the settings' unless told. */
  | { readonly type: 'sample'; readonly count?: number; readonly temperature?: number }
  /** Let the other engine go on from the same weights and moments. */
  | { readonly type: 'engine'; readonly engine: EngineName };

/** One position of the watched document. */
export interface TokenSummary {
  readonly position: number;
  readonly input: number;
  readonly target: number;
  /** Nats. */
  readonly loss: number;
  readonly target_prob: number;
  /** 1 = the target was the most probable. */
  readonly target_rank: number;
  readonly top_k: readonly RankedToken[];
}

/** Every event's number, from 1 without gaps, and its time in ms since the run was opened. */
interface EventHead {
  readonly seq: number;
  readonly time: number;
}

/** An event without its head: what the trainer says. */
export type RunEventBody =
  | {
      readonly type: 'run.started';
      readonly settings: Settings;
      readonly corpus: CorpusSummary;
      readonly engine: EngineName;
      readonly device: string;
      /** Why the engine is not the one asked for, in a sentence. */
      readonly notice: string | null;
      /** Tokens by id; the last is BOS. */
      readonly vocabulary: readonly string[];
      readonly num_params: number;
      /** Share of documents longer than block_size, which are cut. */
      readonly cut_share: number;
      /** Of a branch: where it comes from, and what the run that it left told of the steps before. */
      readonly branch?: BranchTold;
    }
  | { readonly type: 'run.paused'; readonly step: number }
  /** Training goes on until step `until`, `delay` ms apart. */
  | {
      readonly type: 'run.resumed';
      readonly step: number;
      readonly until: number;
      readonly delay: number;
    }
  /** To step 0, or to where a branch begins. */
  | { readonly type: 'run.reset'; readonly step: number }
  | {
      readonly type: 'engine.changed';
      readonly step: number;
      readonly engine: EngineName;
      readonly device: string;
      /** A sentence if it was not asked for; null if it was. */
      readonly notice: string | null;
    }
  | {
      readonly type: 'step.forward';
      readonly step: number;
      /** First document of the step's batch. */
      readonly document: string;
      readonly tokens: readonly TokenSummary[];
    }
  /** Attention weights of that document, (L, H, T, T) row-major; 0 above the diagonal. */
  | {
      readonly type: 'step.attention';
      readonly step: number;
      readonly n_layer: number;
      readonly n_head: number;
      readonly T: number;
      readonly weights: Float64Array;
    }
  /** Mean loss of the step's batch, in nats. */
  | { readonly type: 'step.loss'; readonly step: number; readonly loss: number }
  | { readonly type: 'step.backward'; readonly step: number; readonly gradient_norms: GroupNorms }
  | {
      readonly type: 'step.update';
      readonly step: number;
      readonly learning_rate: number;
      readonly update_norms: GroupNorms;
      /** Of the steps since the last event that told them. */
      readonly times?: StageTimes;
    }
  | {
      readonly type: 'sample.generated';
      readonly step: number;
      readonly temperature: number;
      readonly samples: readonly ScoredSample[];
      readonly shares: SampleShares;
    }
  | { readonly type: 'run.completed'; readonly step: number; readonly loss: number }
  | { readonly type: 'run.failed'; readonly step: number; readonly error: string }
  | { readonly type: 'run.canceled'; readonly step: number };

export type RunEvent = EventHead & RunEventBody;

/** Steps in a row of which only numbers are told, as they cross from worker to page: `packSteps` makes them. */
export interface PackedSteps {
  readonly type: 'steps';
  /** Of the first event of the first step. */
  readonly seq: number;
  /** The first. */
  readonly step: number;
  readonly numbers: Float64Array;
}

export type SampleEvent = Extract<RunEventBody, { type: 'sample.generated' }>;

/** A corpus without its text. */
export interface CorpusSummary {
  readonly id: string;
  readonly title: string;
  /** SHA-256, hex. */
  readonly hash: string;
  readonly documents: number;
}

export const terminalTypes = ['run.completed', 'run.failed', 'run.canceled'] as const;

export function isTerminal(event: RunEventBody): boolean {
  return (terminalTypes as readonly string[]).includes(event.type);
}

/** Which tensors of a step to compute again, by the names of the program. */
export interface InspectionRequest {
  /**
   * 0 … the steps done; after a failure, also the step that failed. Step 0 is what the first step finds: its document,
   * read with the initial weights.
   */
  readonly step: number;
  readonly values: readonly string[];
  readonly gradients: readonly string[];
  /** Whether to tell the forward pass as a recorded frame. */
  readonly frame?: boolean;
  /** The step whose first document the weights of this step are to read, alone, instead of this step's batch. */
  readonly document?: number;
}

/**
 * Tensors of one step as they were before its update. Activations hold the rows of the step's first document only, so
 * that their first axis is its T; gradients are those of the whole batch's mean loss.
 */
export interface Inspection {
  readonly step: number;
  /** If it was asked for. */
  readonly frame?: RecordedFrame;
  /** What the replayed step took, where the engine can tell. */
  readonly times?: StageTimes;
  /** Of the weights before the update; told with a document. */
  readonly weight_norms?: GroupNorms;
  readonly T: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly values: Readonly<Record<string, Float64Array>>;
  readonly gradients: Readonly<Record<string, Float64Array>>;
  /** What computed them: the engine that trained the step, or the CPU where the GPU can no longer be had. */
  readonly engine: EngineName;
  /** Mean loss of the step's batch, as training told it. */
  readonly loss: number;
  /** The same, trained again. */
  readonly replayedLoss: number;
  /** Whether the two are the same, bit for bit. */
  readonly exact: boolean;
}

/** What is kept to open any step again. */
export interface TimelineSummary {
  readonly keyframes: number;
  /** Held by them. */
  readonly bytes: number;
  /** Steps from one keyframe to the next, at least. */
  readonly spacing: number;
}

/** How far the way to a step is that is to be opened: steps since a keyframe, trained again. */
export interface ReplayProgress {
  readonly step: number;
  readonly done: number;
  readonly of: number;
}

/** What the page sends to the worker: one worker holds one run. */
export type ToWorker =
  | { readonly type: 'open'; readonly request: RunRequest }
  | { readonly type: 'command'; readonly command: Command }
  /** Answered once, under the same id; the newest first. */
  | { readonly type: 'inspect'; readonly id: number; readonly request: InspectionRequest }
  /** On a step and its backward pass; answered as `inspect` is. */
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  /** Are you there? */
  | { readonly type: 'ping' };

/** What the worker sends: events in order, thinned to what a screen can show; nothing after a terminal event. */
export type FromWorker =
  | { readonly type: 'events'; readonly events: readonly (RunEvent | PackedSteps)[] }
  /** A drawing from a run that has ended: it is no longer part of the run's events. */
  | { readonly type: 'drawn'; readonly sample: SampleEvent }
  /** From time to time, while a step takes long to open. */
  | ({ readonly type: 'replaying' } & ReplayProgress)
  | { readonly type: 'inspected'; readonly id: number; readonly inspection: Inspection }
  | { readonly type: 'answered'; readonly id: number; readonly answer: Answer }
  /** To `inspect` and `ask`. */
  | {
      readonly type: 'notInspected';
      readonly id: number;
      /** A sentence. */
      readonly reason: string;
      /** Whether it only gave way to newer requests. */
      readonly superseded: boolean;
    }
  /** At most once a second, when it has changed. */
  | ({ readonly type: 'timeline' } & TimelineSummary)
  /** To `ping`. */
  | { readonly type: 'pong' };
