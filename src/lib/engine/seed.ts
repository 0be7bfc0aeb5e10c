import { ShapeError } from './errors';
import type { Program } from './program';

/** The number of a step that the backward pass begins at: every gradient is its derivative. */
export type Seed =
  /** The mean loss of the batch: what training descends. */
  | { readonly of: 'loss' }
  /** The loss of one position: row t of the batch. */
  | { readonly of: 'token'; readonly t: number }
  /** The logit of token v at row t. */
  | { readonly of: 'logit'; readonly t: number; readonly v: number };

export const MEAN_LOSS: Seed = { of: 'loss' };

/** Where a seed lies: its gradient by itself is 1. */
export interface PlacedSeed {
  /** The activation that holds it. */
  readonly tensor: string;
  readonly index: number;
  /** Index of the node that computes it: the backward pass runs from there to node 0. */
  readonly node: number;
}

/** Finds a seed in a step of T positions. Throws ShapeError if it is beyond them. */
export function placeSeed(program: Program, T: number, seed: Seed): PlacedSeed {
  const { vocab_size: V } = program.config;
  const place = (tensor: string, index: number) => ({
    tensor,
    index,
    node: program.nodes.findIndex(({ name }) => name === tensor)
  });
  if (seed.of === 'loss') return place('loss', 0);
  needIndex('t', seed.t, T);
  if (seed.of === 'token') return place('losses', seed.t);
  needIndex('v', seed.v, V);
  return place('logits', seed.t * V + seed.v);
}

/** Names of the tensors that a seed is computed from, itself included: they have a gradient. */
export function namesWithGradient(program: Program, { node }: PlacedSeed): string[] {
  return [...program.parameters, ...program.nodes.slice(0, node + 1)].map(({ name }) => name);
}

function needIndex(name: string, index: number, size: number): void {
  if (Number.isInteger(index) && index >= 0 && index < size) return;
  throw new ShapeError(`seed: needs ${name} from 0 to ${size - 1}, got ${index}`);
}
