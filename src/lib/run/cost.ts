import type { Batch } from '../engine/batch';
import { listParameters, type Parameter, type Program } from '../engine/program';
import type { Corpus } from './corpus';
import { modelConfig, type Settings } from './settings';

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
export function runCost(settings: Settings, corpus: Corpus): RunCost {
  const { batch_size, block_size } = settings;
  const { vocab_size, lengths } = corpusShape(corpus);
  const parameters = listParameters(modelConfig(settings, vocab_size));
  const num_params = parameters.reduce((sum, { size }) => sum + size, 0);
  const multiplied = multipliedWeights(parameters);
  const kept = lengths.map((length) => Math.min(length, block_size));
  const flops = kept.map((T) => flopsPerDocument(T, multiplied, settings));
  return {
    vocab_size,
    num_params,
    cut_share: mean(lengths.map((length) => (length > block_size ? 1 : 0))),
    tokensPerStep: batch_size * mean(kept),
    flopsPerStep: batch_size * mean(flops)
  };
}

/** The same two numbers of a program, on average over some batches. */
export function programCost(
  { config, parameters }: Pick<Program, 'config' | 'parameters'>,
  batches: readonly Batch[]
): Pick<RunCost, 'tokensPerStep' | 'flopsPerStep'> {
  const multiplied = multipliedWeights(parameters);
  const flops = batches.map((batch) =>
    documentLengths(batch).reduce((sum, T) => sum + flopsPerDocument(T, multiplied, config), 0)
  );
  return {
    tokensPerStep: mean(Float64Array.from(batches, ({ T }) => T)),
    flopsPerStep: mean(Float64Array.from(flops))
  };
}

function documentLengths({ T, lengths }: Batch): number[] {
  const found: number[] = [];
  for (let row = 0; row < T; row += lengths[row]) found.push(lengths[row]);
  return found;
}

/** Weights that take part in products: all but the tables of embeddings, which are looked up. */
function multipliedWeights(parameters: readonly Parameter[]): number {
  const multiplied = parameters.filter(({ name }) => name !== 'wte' && name !== 'wpe');
  return multiplied.reduce((sum, { size }) => sum + size, 0);
}

interface CorpusShape {
  readonly vocab_size: number;
  /** Positions of each document, uncut. */
  readonly lengths: Float64Array;
}

const shapes = new WeakMap<Corpus, CorpusShape>();

/** Counted once for each text: a form asks for the cost with every key that is pressed. */
function corpusShape(corpus: Corpus): CorpusShape {
  const known = shapes.get(corpus);
  if (known) return known;
  const shape = {
    vocab_size: new Set(corpus.docs.join('')).size + 1,
    lengths: Float64Array.from(corpus.docs, (doc) => [...doc].length + 1)
  };
  shapes.set(corpus, shape);
  return shape;
}

/**
 * A multiplication and an addition for each weight at each position, and twice for the products of attention over
 * half a square of T · T; the backward pass takes twice the forward one.
 */
function flopsPerDocument(
  T: number,
  multiplied: number,
  { n_layer, n_embd }: Pick<Settings, 'n_layer' | 'n_embd'>
): number {
  const attention = n_layer * 2 * n_embd * ((T * (T + 1)) / 2);
  return 3 * 2 * (T * multiplied + attention);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
