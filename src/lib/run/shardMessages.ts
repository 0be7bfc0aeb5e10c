import type { ShardSums, ShardWork } from '../engine/simd/crew';
import type { SimdModule } from '../engine/simd/module';
import type { ModelConfig } from '../engine/program';

/** What a worker that sums shards is told first: the program's sizes, the kernels, and memory that all see. */
export interface ShardOpening {
  readonly type: 'open';
  readonly config: ModelConfig;
  readonly module: SimdModule;
  readonly memory: SharedArrayBuffer | null;
}

export type ToShardWorker = ShardOpening | ({ readonly type: 'sum' } & ShardWork);

/** One for each `sum`, in order. */
export type FromShardWorker = ShardSums;
