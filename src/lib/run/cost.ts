import type { Corpus } from './corpus';
import type { Settings } from './settings';

/** What a run will take, known before it starts. */
export interface RunCost {
  readonly vocab_size: number;
  readonly num_params: number;
  /** Share of documents longer than block_size, which are cut. */
  readonly cut_share: number;
  /** Positions of one step, on average. */
  readonly tokensPerStep: number;
  /** Floating-point operations of one step, forward and backward, on average. */
  readonly flopsPerStep: number;
}

/** Sizes and costs of valid settings on a text. */
export declare function runCost(settings: Settings, corpus: Corpus): RunCost;
