import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ARC_STRIDE,
  arcBrightness,
  arcBuffer,
  arcCapacity,
  arcField,
  arcWidth,
  signTints,
  writeArcs,
  type ArcBuffer,
  type ArcStyle
} from '$lib/views/constellation/arcs';
import { edgeAt, edgeIndex } from '$lib/views/constellation/edges';
import { headEmphasis, noPin, tokenEmphasis } from '$lib/views/constellation/emphasis';
import { STAR_STRIDE, starField, starGlow, writeStars } from '$lib/views/constellation/glow';
import { headLanes, readingStars, residualStars } from '$lib/views/constellation/layout';
import { amountOf, modes } from '$lib/views/constellation/modes';
import { buildPicture, pictureStars, type Picture } from '$lib/views/constellation/picture';
import { threadCapacity, writeThreads } from '$lib/views/constellation/threads';
import { watchStep, type WatchedStep } from './watchedStep';

let step: WatchedStep;

beforeAll(async () => {
  step = await watchStep({}, 40);
});

const everything: ArcStyle = {
  threshold: 0,
  filter: { layers: [true, true], heads: [true, true, true] },
  pin: noPin,
  signed: false,
  lanes: headLanes(3, 0.3)
};

function drawn(picture: Picture, style: Partial<ArcStyle>): ArcBuffer {
  const buffer = arcBuffer(arcCapacity(2, 3, picture.edges.T));
  writeArcs(buffer, pictureStars(picture, 1.6), picture.amounts, { ...everything, ...style });
  return buffer;
}

function pictureOf(mode = modes[0]): Picture {
  const { frame, inspection, vocabulary } = step;
  return buildPicture({
    mode,
    arrangement: 'reading',
    frame,
    inspection,
    vocabulary,
    earlier: null
  });
}

function* instances({ instances, count }: ArcBuffer) {
  for (let i = 0; i < count; i++) yield instances.subarray(i * ARC_STRIDE, (i + 1) * ARC_STRIDE);
}

describe.each(modes)('arcs of mode $id', (mode) => {
  test('each edge of the engine that is large enough has one arc, of its width, brightness and tint', () => {
    const picture = pictureOf(mode);
    const { edges } = picture;
    const threshold = 0.05;
    const { spacing } = pictureStars(picture, 1.6);
    const arcs = drawn(picture, { threshold, signed: mode.signed });
    const expected = Array.from(edges.values, (value, i) => ({
      i,
      amount: amountOf(mode.scale, value)
    })).filter(({ amount }) => Math.abs(Math.fround(amount)) >= threshold);
    expect(expected.length).toBeGreaterThan(0);
    expect([...instances(arcs)].map((arc) => arc[arcField.edge])).toEqual(
      expected.map(({ i }) => i)
    );
    for (const [k, arc] of [...instances(arcs)].entries()) {
      const { i, amount } = expected[k];
      expect(arc[arcField.width]).toBeCloseTo(arcWidth(amount, spacing), 6);
      expect(arc[arcField.brightness]).toBeCloseTo(arcBrightness(amount), 6);
      const sign = amount > 0 ? signTints.above : signTints.below;
      expect(arc[arcField.tint]).toBe(mode.signed ? sign : edgeAt(edges, i).head);
    }
  });
});

describe('where arcs run', () => {
  test('from the key’s star on the layer’s level to the query’s on the next', () => {
    const picture = pictureOf();
    const { T, positions } = pictureStars(picture, 1.6);
    for (const arc of instances(drawn(picture, {}))) {
      const { layer, t, s } = edgeAt(picture.edges, arc[arcField.edge]);
      const star = (level: number, token: number) =>
        positions.subarray(3 * (level * T + token), 3 * (level * T + token) + 3);
      expect(arc.subarray(0, 3)).toEqual(star(layer, s));
      expect(arc.subarray(9, 12)).toEqual(star(layer + 1, t));
    }
  });

  test('no two heads take the same way', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.double({ min: 0.02, max: 1, noNaN: true }),
        (H, spacing) => {
          const lanes = headLanes(H, spacing);
          for (let h = 0; h < H; h++) {
            for (let g = 0; g < h; g++) {
              const apart = Math.hypot(
                lanes[2 * h] - lanes[2 * g],
                lanes[2 * h + 1] - lanes[2 * g + 1]
              );
              expect(apart).toBeGreaterThan(0.04);
            }
          }
        }
      )
    );
  });

  test('one head needs no lane', () => {
    expect([...headLanes(1, 0.3)]).toEqual([0, 0]);
  });
});

describe('what is shown', () => {
  test('a larger edge is never narrower or darker', () => {
    const amount = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(arcWidth(less, 0.2)).toBeLessThanOrEqual(arcWidth(more, 0.2));
        expect(arcBrightness(less)).toBeLessThanOrEqual(arcBrightness(more));
      })
    );
  });

  test('filters leave out layers and heads', () => {
    const picture = pictureOf();
    const filter = { layers: [false, true], heads: [true, false, true] };
    for (const arc of instances(drawn(picture, { filter }))) {
      const { layer, head } = edgeAt(picture.edges, arc[arcField.edge]);
      expect(layer).toBe(1);
      expect(head).not.toBe(1);
    }
  });

  test('a pinned token and head keep their light, what they are looked at from half, the rest little', () => {
    const picture = pictureOf();
    const pin = { token: 2, head: { layer: 1, head: 0 } };
    for (const arc of instances(drawn(picture, { pin }))) {
      const { layer, head, t, s } = edgeAt(picture.edges, arc[arcField.edge]);
      const full = arcBrightness(picture.amounts.amounts[arc[arcField.edge]]);
      const share = headEmphasis(everything.filter, pin, layer, head) * tokenEmphasis(2, t, s);
      expect(arc[arcField.brightness]).toBeCloseTo(full * share, 6);
    }
    expect(tokenEmphasis(2, 2, 0)).toBe(1);
    expect(tokenEmphasis(2, 3, 2)).toBeLessThan(1);
    expect(tokenEmphasis(2, 3, 1)).toBeLessThan(tokenEmphasis(2, 3, 2));
  });
});

describe('stars', () => {
  test('glow with the attention that they get, and on top with the probability of what follows', () => {
    const { attention, tokens } = step.frame;
    const { n_head, T, weights } = attention;
    const glow = starGlow(step.frame);
    for (let s = 0; s < T; s++) {
      let sum = 0;
      for (let h = 0; h < n_head; h++) {
        for (let t = s; t < T; t++) sum += weights[((n_head + h) * T + t) * T + s];
      }
      expect(glow[T + s]).toBeCloseTo(sum / (n_head * (T - s)), 6);
      expect(glow[2 * T + s]).toBeCloseTo(tokens[s].target_prob, 6);
    }
  });

  test('each is written with its place, glow, ring, token and level', () => {
    const stars = readingStars(4, 2, 1.5);
    const written = new Float32Array(12 * STAR_STRIDE);
    const glow = Float32Array.from({ length: 12 }, (_, i) => i / 12);
    writeStars(written, stars, { glow, pinned: 1, focused: true });
    for (let star = 0; star < 12; star++) {
      const one = written.subarray(star * STAR_STRIDE, (star + 1) * STAR_STRIDE);
      expect(one.subarray(0, 3)).toEqual(stars.positions.subarray(3 * star, 3 * star + 3));
      expect(one[starField.glow]).toBe(glow[star]);
      expect(one[starField.ring]).toBe(star % 4 === 1 ? 2 : 0);
      expect([one[starField.token], one[starField.level]]).toEqual([
        star % 4,
        Math.floor(star / 4)
      ]);
    }
  });

  test('threads join each token with itself above and with the next beside it', () => {
    const buffer = arcBuffer(threadCapacity(3, 5));
    writeThreads(buffer, readingStars(5, 2, 1.5), noPin);
    expect(buffer.count).toBe(2 * 5 + 3 * 4);
    const rising = [...instances(buffer)].filter((thread) => thread[10] > thread[1]);
    expect(rising).toHaveLength(2 * 5);
    for (const thread of rising) expect(thread[9]).toBe(thread[0]);
  });

  test('planes have a circle around them that holds all their stars', () => {
    const points = Float64Array.from({ length: 2 * 5 * 2 }, (_, i) => Math.sin(3 * i));
    const stars = residualStars(points, 5, 1.5);
    const buffer = arcBuffer(threadCapacity(2, 5));
    writeThreads(buffer, stars, noPin);
    expect(buffer.count).toBe(threadCapacity(2, 5));
    for (let i = 0; i < stars.positions.length; i += 3) {
      const distance = Math.hypot(stars.positions[i], stars.positions[i + 2]);
      expect(distance).toBeLessThanOrEqual(stars.reach! * (1 + 1e-6));
    }
  });
});

test('edges are counted as they are numbered', () => {
  expect(arcCapacity(2, 8, 64)).toBe(33_280);
  expect(edgeIndex({ n_head: 8, T: 64 }, 1, 7, 63, 63)).toBe(33_279);
});
