import type { EngineName } from '../../engine/engine';
import { publishedWorkloads } from './published';
import { isOnNames, sizesOf, type Sizes, type WorkloadName } from './sizes';

/** Who is measured: an engine as a run opens it. `crew` is `simd` on as many workers as the device has cores. */
export const entrants = ['simd', 'crew', 'gpu', 'cpu'] as const;
export type Entrant = (typeof entrants)[number];

/** What each of them computes with. */
export const engineOf: Readonly<Record<Entrant, EngineName>> = {
  simd: 'simd',
  crew: 'simd',
  gpu: 'gpu',
  cpu: 'cpu'
};

/** One size of step, and who takes turns at it. */
export interface SpeedCase {
  /** `W1`, `W2`, `W3`, or its sizes in words. */
  readonly id: string;
  readonly sizes: Sizes;
  /** Whether its documents are names; else they are drawn. */
  readonly onNames: boolean;
  readonly entrants: readonly Entrant[];
  /** Turns of everybody. */
  readonly rounds: number;
  /** Whether engines are opened from nothing, which tells how long the first step takes; else on what is open. */
  readonly isFresh: boolean;
}

/** All that is measured, and how long. */
export interface SpeedPlan {
  readonly cases: readonly SpeedCase[];
  /** Milliseconds that a turn should take. */
  readonly milliseconds: number;
  /** Milliseconds of turns after which a slow one has no more, once it has had two. */
  readonly limit: number;
  /** Milliseconds from the beginning after which nobody has more than two. */
  readonly late: number;
}

/** Sizes between the workloads, for the sizes of step at which the engines are compared. */
const between: readonly Pick<Sizes, 'n_embd' | 'batch_size'>[] = [
  { n_embd: 8, batch_size: 1 },
  { n_embd: 16, batch_size: 1 },
  { n_embd: 32, batch_size: 1 },
  { n_embd: 64, batch_size: 4 },
  { n_embd: 64, batch_size: 12 }
];

/**
 * W1, W2 and W3 on every engine, then steps between them on the fast ones: half a minute in all.
 * @param cores how many workers may compute at once; a batch is shared out among them, as in a run
 */
export function devicePlan(cores: number): SpeedPlan {
  const fast = (batch_size: number): Entrant => (batch_size > 1 && cores > 1 ? 'crew' : 'simd');
  const workloads = publishedWorkloads.map((id) => workloadCase(id, fast(sizesOf(id).batch_size)));
  const others = between.map(({ n_embd, batch_size }) => ({
    id: batch_size === 1 ? `n_embd ${n_embd}` : `batch_size ${batch_size}`,
    sizes: { ...sizesOf('W2'), n_embd, batch_size },
    onNames: false,
    entrants: [fast(batch_size), 'gpu'] as const,
    rounds: 3,
    isFresh: false
  }));
  return { cases: [...workloads, ...others], milliseconds: 120, limit: 1000, late: 30_000 };
}

function workloadCase(id: WorkloadName, fast: Entrant): SpeedCase {
  const alone = fast === 'crew' ? (['simd', 'crew'] as const) : (['simd'] as const);
  return {
    id,
    sizes: sizesOf(id),
    onNames: isOnNames(id),
    entrants: [...alone, 'gpu', 'cpu'],
    rounds: 5,
    isFresh: true
  };
}
