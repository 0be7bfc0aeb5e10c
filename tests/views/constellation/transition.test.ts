import { expect, test } from 'vitest';
import { edgeIndex, edgesPerHead } from '$lib/views/constellation/edges';
import { readingStars } from '$lib/views/constellation/layout';
import { carryAmounts, carryPositions, Transition } from '$lib/views/constellation/transition';

function edgesOf(T: number, value: number) {
  const amounts = new Float32Array(2 * edgesPerHead(T)).fill(value);
  return { n_layer: 1, n_head: 2, T, amounts };
}

test('the first picture is there at once, and so is each without motion', () => {
  const transition = new Transition();
  const stars = readingStars(3, 1, 1.5);
  transition.aim(stars, edgesOf(3, 0.2), true);
  expect(transition.isResting).toBe(true);
  transition.aim(stars, edgesOf(3, 0.9), false);
  expect(transition.isResting).toBe(true);
  expect(transition.edges!.amounts[0]).toBeCloseTo(0.9, 6);
});

test('a new picture comes steadily out of the old, and ends as exactly what was computed', () => {
  const transition = new Transition();
  const stars = readingStars(3, 1, 1.5);
  const target = edgesOf(3, 0.9);
  transition.aim(stars, edgesOf(3, 0.2), true);
  transition.aim(stars, target, true);
  let before = 0.2;
  for (let frame = 0; frame < 200 && !transition.isResting; frame++) {
    transition.advance(16);
    const now = transition.edges!.amounts[0];
    expect(now).toBeGreaterThan(before);
    before = now;
  }
  expect(transition.isResting).toBe(true);
  expect(transition.edges!.amounts).toBe(target.amounts);
  expect(transition.stars).toBe(stars);
});

test('it takes as long on a slow screen as on a fast one', () => {
  const values = [1, 8].map((frames) => {
    const transition = new Transition();
    const stars = readingStars(3, 1, 1.5);
    transition.aim(stars, edgesOf(3, 0), true);
    transition.aim(stars, edgesOf(3, 1), true);
    for (let i = 0; i < frames; i++) transition.advance(120 / frames);
    return transition.edges!.amounts[0];
  });
  expect(values[0]).toBeCloseTo(values[1], 5);
});

test('what was computed is never written to', () => {
  const transition = new Transition();
  const [old, next] = [edgesOf(3, 0.1), edgesOf(3, 0.8)];
  const stars = readingStars(3, 1, 1.5);
  transition.aim(stars, old, true);
  transition.aim(stars, next, true);
  transition.advance(16);
  expect(new Set(old.amounts)).toEqual(new Set([Math.fround(0.1)]));
  expect(new Set(next.amounts)).toEqual(new Set([Math.fround(0.8)]));
});

test('a longer document keeps the edges that both have, and new ones begin at nothing', () => {
  const [short, long] = [edgesOf(2, 0.5), edgesOf(4, 1)];
  const carried = carryAmounts(short, long);
  for (let head = 0; head < 2; head++) {
    for (let t = 0; t < 4; t++) {
      for (let s = 0; s <= t; s++) {
        expect(carried[edgeIndex(long, 0, head, t, s)]).toBe(t < 2 ? 0.5 : 0);
      }
    }
  }
  expect(carryAmounts(long, short)).toEqual(new Float32Array(6).fill(1));
});

test('stars that were there move, new ones begin where they belong', () => {
  const [before, next] = [readingStars(2, 1, 1.5), readingStars(3, 1, 1.5)];
  const carried = carryPositions(before, next);
  for (let level = 0; level < 2; level++) {
    expect(carried.subarray(level * 9, level * 9 + 6)).toEqual(
      before.positions.subarray(level * 6, level * 6 + 6)
    );
    expect(carried.subarray(level * 9 + 6, level * 9 + 9)).toEqual(
      next.positions.subarray(level * 9 + 6, level * 9 + 9)
    );
  }
});

test('another model does not come out of this one', () => {
  const transition = new Transition();
  transition.aim(readingStars(3, 1, 1.5), edgesOf(3, 0.2), true);
  transition.aim(readingStars(3, 1, 1.5), { ...edgesOf(3, 0.7), n_head: 1, n_layer: 2 }, true);
  expect(transition.isResting).toBe(true);
});
