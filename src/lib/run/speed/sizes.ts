import type { ModelConfig } from '../../engine/program';

/** Sizes of a model, and documents in a step. */
export type Sizes = Pick<
  ModelConfig,
  'n_layer' | 'n_embd' | 'n_head' | 'block_size' | 'batch_size'
>;

const sizes = {
  /** Preset `microgpt`, one name a step. */
  W1: { n_layer: 1, n_embd: 16, n_head: 4, block_size: 16, batch_size: 1 },
  /** Preset `max`, one name a step. */
  max: { n_layer: 2, n_embd: 64, n_head: 4, block_size: 64, batch_size: 1 },
  /** Preset `max`, one document of 64 tokens a step. */
  W2: { n_layer: 2, n_embd: 64, n_head: 4, block_size: 64, batch_size: 1 },
  /** W2 with 32 documents a step. */
  W3: { n_layer: 2, n_embd: 64, n_head: 4, block_size: 64, batch_size: 32 }
} as const satisfies Readonly<Record<string, Sizes>>;

export type WorkloadName = keyof typeof sizes;
export const workloadNames = Object.keys(sizes) as WorkloadName[];

export const sizesOf = (name: WorkloadName) => sizes[name];

/** Whether its documents are names: of many lengths, and the ones that microgpt.py trains on. */
export const isOnNames = (name: WorkloadName): name is 'W1' | 'max' =>
  name === 'W1' || name === 'max';
