import type { EngineName, StageTimes } from '../engine/engine';
import { parameterGroups, type ParameterGroup } from '../engine/program';
import type { BranchOrigin } from './branch';
import type { CorpusSummary, RunEventBody, SampleEvent, TokenSummary } from './protocol';
import type { Settings } from './settings';

export type RunStatus = 'opening' | 'paused' | 'running' | 'completed' | 'failed' | 'canceled';

/** The recorded forward pass of one step's first document. */
export interface RecordedFrame {
  readonly step: number;
  readonly document: string;
  readonly tokens: readonly TokenSummary[];
  readonly attention: AttentionFrame | null;
}

export type AttentionFrame = Omit<
  Extract<RunEventBody, { type: 'step.attention' }>,
  'type' | 'step'
>;

/** One number for every step done; step s at [s − 1]. */
export interface Curves {
  readonly loss: readonly number[];
  readonly learning_rate: readonly number[];
  readonly gradient_norms: Readonly<Record<ParameterGroup, readonly number[]>>;
  readonly update_norms: Readonly<Record<ParameterGroup, readonly number[]>>;
}

/** All that the events of a run have told so far; what views read. `fold` makes it. */
export interface Snapshot {
  readonly status: RunStatus;
  readonly settings: Settings | null;
  readonly corpus: CorpusSummary | null;
  readonly vocabulary: readonly string[];
  readonly num_params: number;
  readonly cut_share: number;
  /** Where it comes from, if it is a branch: its curves begin with those of the run that it left. */
  readonly branch: BranchOrigin | null;
  readonly engine: EngineName | null;
  readonly device: string;
  /** Sentences about engines that could not be used, oldest first. */
  readonly notices: readonly string[];
  /** Steps done. */
  readonly step: number;
  /** Where the present stretch of training pauses. */
  readonly until: number;
  readonly curves: Curves;
  /** Recorded steps in order; thinned evenly beyond `MOST_FRAMES`, the newest always kept. */
  readonly frames: readonly RecordedFrame[];
  /** Newest last. */
  readonly samples: readonly SampleEvent[];
  /** Latest times per stage, of the steps it tells. */
  readonly times: StageTimes | null;
  /** Where within a step the engine was last seen: the type of the last step event. */
  readonly pulse: RunEventBody['type'] | null;
  readonly stepsPerSecond: number | null;
  readonly error: string | null;
  /** Last event folded. */
  readonly seq: number;
  /** When training last began or a rate was last taken, and the step then. */
  readonly rateFrom: { readonly time: number; readonly step: number } | null;
}

/** Most recorded frames kept: at preset `max` each takes half a megabyte. */
export const MOST_FRAMES = 100;

const emptyNorms = () => Object.fromEntries(parameterGroups.map((g) => [g, []])) as never;

export const emptyCurves: Curves = {
  loss: [],
  learning_rate: [],
  gradient_norms: emptyNorms(),
  update_norms: emptyNorms()
};

export const emptySnapshot: Snapshot = {
  status: 'opening',
  settings: null,
  corpus: null,
  vocabulary: [],
  num_params: 0,
  cut_share: 0,
  branch: null,
  engine: null,
  device: '',
  notices: [],
  step: 0,
  until: 0,
  curves: emptyCurves,
  frames: [],
  samples: [],
  times: null,
  pulse: null,
  stepsPerSecond: null,
  error: null,
  seq: 0,
  rateFrom: null
};
