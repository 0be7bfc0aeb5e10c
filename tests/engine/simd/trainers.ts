import type { Engine, Frame, ModelState, StepMetrics, TrainStep } from '$lib/engine/engine';
import type { ModelConfig, Program } from '$lib/engine/program';
import { describeDeviation, worstDeviation } from '$lib/engine/deviation';
import { drawBatch } from '../gpu/models';

/** In words, by how much numbers are farther from the reference than `error` of its largest number. */
export function tooFar(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { error }: { readonly error: number }
): string[] {
  const largest = Array.from(expected).reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  const deviation = worstDeviation(actual, expected, { rtol: 0, atol: largest * error });
  return deviation.share <= 1 ? [] : [`${what}: needs ${describeDeviation(deviation)}`];
}

/** Models whose rows, heads and batches do and do not fill what kernels work on together. */
export const models: [string, Partial<ModelConfig>, number[]][] = [
  ['microgpt', { n_layer: 1, n_embd: 16, n_head: 4, block_size: 16, vocab_size: 27 }, [7]],
  ['heads of 1', { n_layer: 1, n_embd: 4, n_head: 4, block_size: 2, vocab_size: 2 }, [1]],
  ['heads of 2', { n_embd: 6, n_head: 3, block_size: 5, vocab_size: 257 }, [2, 9, 1]],
  ['heads of 5', { n_embd: 20, n_head: 4, activation: 'relu2' }, [7, 3, 7]],
  ['five heads of 1', { n_layer: 1, n_embd: 5, n_head: 5, vocab_size: 9 }, [6, 1]],
  ['one head of 13', { n_embd: 13, n_head: 1, block_size: 9, vocab_size: 3 }, [4, 12, 9]],
  ['max', { n_embd: 64, n_head: 8, block_size: 64, vocab_size: 65, batch_size: 1 }, [80]],
  [
    'one head of 64',
    { n_layer: 1, n_embd: 64, n_head: 1, block_size: 64, activation: 'relu2' },
    [64, 1, 30]
  ],
  [
    '32 documents',
    { n_layer: 1, n_embd: 8, n_head: 2, block_size: 9, batch_size: 32 },
    Array.from({ length: 32 }, (_, i) => 1 + ((i * 7) % 12))
  ]
];

export interface Trained {
  readonly metrics: readonly StepMetrics[];
  readonly frame: Frame;
  readonly state: ModelState;
  readonly gradients: Float64Array;
}

/** Trains steps in one call, the last one watched. */
export async function trainAll(
  engine: Pick<Engine, 'load' | 'train' | 'save' | 'lastGradients'>,
  state: ModelState,
  steps: readonly TrainStep[]
): Promise<Trained> {
  await engine.load(state);
  const { metrics, frame } = await engine.train(steps, true);
  const gradients = await engine.lastGradients();
  return { metrics, frame: frame!, state: await engine.save(), gradients };
}

/** Steps of one to three documents of different lengths. */
export function variedSteps(program: Program, first: number, count: number): TrainStep[] {
  return Array.from({ length: count }, (_, i) => {
    const step = first + i;
    const lengths = [1 + (step % 7), 8, 1].slice(0, 1 + (step % 3));
    return { step, batch: drawBatch(program, lengths, step), learning_rate: 0.02 / step };
  });
}
