import { describe, expect, it } from 'vitest';
import { emptySnapshot, type RecordedFrame } from '../../src/lib/run/snapshot';
import { Selection } from '../../src/lib/state/selection.svelte';

const token = { input: 0, target: 0, loss: 1, target_prob: 0.5, target_rank: 1, top_k: [] };

function frame(step: number, length = 3): RecordedFrame {
  const tokens = Array.from({ length }, (_, position) => ({ ...token, position }));
  return { step, document: 'ab', tokens, attention: null };
}

const snapshot = { ...emptySnapshot, frames: [frame(1), frame(4), frame(9)] };

describe('Selection', () => {
  it.each([
    [null, 9],
    [1, 1],
    [3, 1],
    [4, 4],
    [8, 4],
    [100, 9]
  ])('at step %s shows the frame of step %i', (step, shown) => {
    const selection = new Selection();
    selection.step = step;
    expect(selection.frame(snapshot)?.step).toBe(shown);
  });

  it('shows no frame where there is none', () => {
    const selection = new Selection();
    expect(selection.frame(emptySnapshot)).toBeNull();
    selection.step = 1;
    expect(selection.frame({ ...snapshot, frames: [frame(2)] })).toBeNull();
  });

  it('keeps to the document', () => {
    const selection = new Selection();
    selection.token = 2;
    expect(selection.position(frame(1, 3))).toBe(2);
    expect(selection.position(frame(1, 2))).toBe(1);
    expect(selection.position(frame(1, 0))).toBe(0);
    expect(selection.token).toBe(2);
  });

  it('follows again, with token, layer and head as they were', () => {
    const selection = new Selection();
    Object.assign(selection, { step: 4, token: 2, layer: 1, head: 3 });
    selection.follow();
    expect(selection).toMatchObject({ step: null, token: 2, layer: 1, head: 3 });
  });
});
