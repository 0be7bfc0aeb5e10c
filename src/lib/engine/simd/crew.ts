import type { Batch } from '../batch';
import type { Program } from '../program';
import { FusedStep } from './fusedStep';
import { Arena } from './memory';
import { instantiate, type SimdModule } from './module';
import { cutBatch, mostShards } from './shards';
import { WeightLayout } from './weightLayout';

/** Memory that all members see: the weights, and the gradients of shard after shard; laid out as the weights. */
export interface SharedMemory {
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
}

/** Shards of a batch to sum up. */
export interface ShardWork {
  readonly batch: Batch;
  /** Their numbers, in the order of `cutBatch`. */
  readonly shards: readonly number[];
  /** Where memory is not shared. */
  readonly weights?: Float32Array<ArrayBuffer>;
}

/** What came of them, in the order asked. */
export interface ShardSums {
  /** Sum of each shard's losses. */
  readonly losses: readonly number[];
  /** Where memory is not shared. */
  readonly gradients?: readonly Float32Array<ArrayBuffer>[];
}

/** Others that sum up shards at the same time, each with an instance of the kernels of its own. */
export interface Crew {
  /** How many they are. */
  readonly size: number;
  readonly shared: SharedMemory | null;
  /** Rejects if that member cannot. */
  ask(member: number, work: ShardWork): Promise<ShardSums>;
  dispose(): void;
}

/** Room that all members see, to be made into `SharedMemory` with `viewShared`. */
export function sharedBytes(program: Program): number {
  return 4 * new WeightLayout(program).size * (1 + mostShards(program));
}

export function viewShared(program: Program, memory: SharedArrayBuffer): SharedMemory {
  const { size } = new WeightLayout(program);
  return {
    weights: new Float32Array(memory, 0, size),
    gradients: new Float32Array(memory, 4 * size)
  };
}

/** One member's part: sums up the shards that it is asked for. */
export class ShardSummer {
  readonly #program: Program;
  readonly #fused: FusedStep;
  readonly #shared: SharedMemory | null;

  static async open(
    module: SimdModule,
    program: Program,
    shared: SharedMemory | null
  ): Promise<ShardSummer> {
    const kernels = await instantiate(module);
    const fused = new FusedStep(kernels, program, new WeightLayout(program), new Arena(kernels));
    return new ShardSummer(program, fused, shared);
  }

  private constructor(program: Program, fused: FusedStep, shared: SharedMemory | null) {
    this.#program = program;
    this.#fused = fused;
    this.#shared = shared;
  }

  sum({ batch, shards, weights }: ShardWork): ShardSums {
    this.#fused.weights.set(weights ?? this.#shared!.weights);
    const cut = cutBatch(this.#program, batch);
    const gradients: Float32Array<ArrayBuffer>[] = [];
    const losses = shards.map((shard, i) => {
      const loss = this.#fused.run(batch, cut[shard], i === 0);
      const sums = this.#fused.gradients;
      if (this.#shared) this.#shared.gradients.set(sums, shard * sums.length);
      else gradients.push(sums.slice());
      return loss;
    });
    return this.#shared ? { losses } : { losses, gradients };
  }
}
