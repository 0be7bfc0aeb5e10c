import type { Frame } from '../engine/engine';
import { rankOf, topK } from '../engine/metrics';
import type { TokenSummary } from './protocol';
import type { Settings } from './settings';
import type { AttentionFrame, RecordedFrame } from './snapshot';

/** A frame that has its attention, as every new one does. */
export type WholeFrame = RecordedFrame & { readonly attention: AttentionFrame };

/** What is kept of a forward pass: the one form for steps that are watched and steps that are opened again. */
export function recordFrame(settings: Settings, document: string, frame: Frame): WholeFrame {
  const tokens = Array.from({ length: frame.T }, (_, t) => tokenSummary(frame, t, settings.top_k));
  return { step: frame.step, document, tokens, attention: attentionOf(settings, frame) };
}

function tokenSummary(frame: Frame, position: number, top_k: number): TokenSummary {
  const { T, tokens, targets, losses, probs } = frame;
  const V = probs.length / T;
  const row = probs.subarray(position * V, (position + 1) * V);
  const target = targets[position];
  return {
    position,
    input: tokens[position],
    target,
    loss: losses[position],
    target_prob: row[target],
    target_rank: rankOf(row, target),
    top_k: topK(row, top_k)
  };
}

/** From (T, H, S) of each layer to (L, H, T, T). */
function attentionOf(settings: Settings, { T, attention }: Frame): AttentionFrame {
  const { n_layer, n_head, block_size: S } = settings;
  const weights = new Float64Array(n_layer * n_head * T * T);
  let at = 0;
  for (const layer of attention) {
    for (let h = 0; h < n_head; h++) {
      for (let t = 0; t < T; t++, at += T) {
        const row = (t * n_head + h) * S;
        weights.set(layer.subarray(row, row + Math.min(t + 1, T)), at);
      }
    }
  }
  return { n_layer, n_head, T, weights };
}
