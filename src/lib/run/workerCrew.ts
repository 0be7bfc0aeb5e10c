import { sharedBytes, viewShared, type Crew, type ShardSums } from '../engine/simd/crew';
import type { SimdModule } from '../engine/simd/module';
import { mostShards } from '../engine/simd/shards';
import type { Program } from '../engine/program';
import type { FromShardWorker, ToShardWorker } from './shardMessages';

/** Floating-point operations of a step from which sharing it out saves more than it costs: a millisecond or two. */
const LEAST_WORK = 5e7;

/** What a call of `ask` waits for. */
interface Waiting {
  readonly resolve: (sums: ShardSums) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Workers that sum up shards for the engine of this worker. Where the page is isolated they share memory with it; else
 * weights and gradients are handed over.
 */
export class WorkerCrew implements Crew {
  readonly size: number;
  readonly shared;
  readonly #workers: readonly Worker[];
  readonly #waiting: Waiting[][];

  /** Undefined where a step is too short to be shared, or there is nobody to share it with. */
  static open(program: Program, module: SimdModule, cores: number): WorkerCrew | undefined {
    const size = Math.min(cores, mostShards(program)) - 1;
    const work = 6 * program.num_params * program.capacity;
    if (size < 1 || work < LEAST_WORK || typeof Worker === 'undefined') return undefined;
    return new WorkerCrew(program, module, size);
  }

  private constructor(program: Program, module: SimdModule, size: number) {
    this.size = size;
    const memory = globalThis.crossOriginIsolated
      ? new SharedArrayBuffer(sharedBytes(program))
      : null;
    this.shared = memory && viewShared(program, memory);
    this.#waiting = Array.from({ length: size }, () => []);
    this.#workers = this.#waiting.map((waiting) => {
      const worker = new Worker(new URL('./shardWorker.ts', import.meta.url), { type: 'module' });
      worker.addEventListener('message', ({ data }: MessageEvent<FromShardWorker>) =>
        waiting.shift()?.resolve(data)
      );
      worker.addEventListener('error', ({ message }) => fail(waiting, message));
      const { config } = program;
      worker.postMessage({ type: 'open', config, module, memory } satisfies ToShardWorker);
      return worker;
    });
  }

  ask(member: number, work: Parameters<Crew['ask']>[1]): Promise<ShardSums> {
    return new Promise((resolve, reject) => {
      this.#waiting[member].push({ resolve, reject });
      const message: ToShardWorker = { type: 'sum', ...work };
      this.#workers[member].postMessage(message, work.weights ? [work.weights.buffer] : []);
    });
  }

  dispose(): void {
    for (const worker of this.#workers) worker.terminate();
    for (const waiting of this.#waiting) fail(waiting, 'the crew was dismissed');
  }
}

function fail(waiting: Waiting[], reason: string): void {
  for (const { reject } of waiting.splice(0)) reject(new Error(reason));
}
