import { describe, expect, it } from 'vitest';
import { describeCell, strongestCell } from '../../src/lib/views/attention';
import { Calm } from '../../src/lib/views/calm';
import { csv } from '../../src/lib/views/csv';
import { roughSeconds } from '../../src/lib/views/expected';
import { attentionRows } from '../../src/lib/views/exports/attentionExport';
import * as format from '../../src/lib/views/format';
import { bestColumns, cellAt, headWeights } from '../../src/lib/views/heatmap';
import { pulseOf, shareOf, stageNames } from '../../src/lib/views/pulse';
import { buildRamp, inkOn, luminance, parseHex, rampColor } from '../../src/lib/views/ramp';
import { describeShares } from '../../src/lib/views/shares';
import {
  nearestStep,
  neighbourStep,
  scrubTo,
  snapStep,
  stepBeside
} from '../../src/lib/views/steps';
import type { RecordedFrame } from '../../src/lib/run/snapshot';
import { readStops } from './colors';

describe('format', () => {
  it('never rounds a share to all or nothing', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(format.formatShare)).toEqual([
      ...['0%', '<1%', '50%', '>99%', '100%']
    ]);
  });

  it('shows what is not known as a dash, never as 0', () => {
    expect(format.formatLoss(undefined)).toBe('—');
    expect(format.formatLoss(NaN)).toBe('—');
    expect(format.formatMs(null)).toBe('—');
    expect(format.formatDuration(null)).toBe('—');
    expect(format.formatRate(undefined)).toBe('—');
  });

  it('writes durations and small numbers briefly', () => {
    expect([0.44, 12.3, 185].map(format.formatDuration)).toEqual(['0.4 s', '12 s', '3 min 05 s']);
    expect([0, 0.0005, 0.0123, 1.5, 12.34, 345.6].map(format.formatSmall)).toEqual([
      ...['0', '5.0e-4', '0.0123', '1.500', '12.34', '345.6']
    ]);
  });

  it('makes white space visible and names BOS', () => {
    expect([' ', '\t', '<BOS>', 'a'].map(format.formatToken)).toEqual(['␣', '⇥', 'BOS', 'a']);
    expect(format.quoteToken('<BOS>')).toBe('BOS');
    expect(format.quoteToken('a')).toBe('“a”');
  });
});

describe('ramp', () => {
  const scales = (['light', 'dark'] as const).flatMap((theme) =>
    (['probability', 'loss'] as const).map((scale) => readStops(theme, scale))
  );

  it.each(scales)('goes from its first stop to its last: %s…', (...stops) => {
    const ramp = buildRamp(stops);
    expect(rampColor(ramp, 0)).toBe(`rgb(${parseHex(stops[0]).join(' ')})`);
    expect(rampColor(ramp, 1)).toBe(`rgb(${parseHex(stops[4]).join(' ')})`);
    expect(rampColor(ramp, 7)).toBe(rampColor(ramp, 1));
  });

  it.each(scales)('grows lighter or darker all the way: %s…', (...stops) => {
    const ramp = buildRamp(stops);
    const lights = Array.from({ length: 256 }, (_, i) =>
      luminance([ramp[i * 3], ramp[i * 3 + 1], ramp[i * 3 + 2]])
    );
    const sign = Math.sign(lights[255] - lights[0]);
    for (let i = 1; i < 256; i++) expect((lights[i] - lights[i - 1]) * sign).toBeGreaterThan(-2e-3);
  });

  it.each(scales)('carries text of contrast AA: %s…', (...stops) => {
    const ramp = buildRamp(stops);
    for (let i = 0; i < 256; i++) {
      const ground = luminance([ramp[i * 3], ramp[i * 3 + 1], ramp[i * 3 + 2]]);
      const contrast =
        inkOn(ramp, i / 255) === '#fff' ? 1.05 / (ground + 0.05) : (ground + 0.05) / 0.05;
      expect(contrast).toBeGreaterThanOrEqual(4.5);
    }
  });
});

const attention = {
  n_layer: 1,
  n_head: 2,
  T: 2,
  weights: Float64Array.from([1, 0, 0.25, 0.75, 1, 0, 0.5, 0.5])
};

describe('attention', () => {
  it('finds a head by layer and number', () => {
    expect([...headWeights(attention, { layer: 0, head: 1 })]).toEqual([1, 0, 0.5, 0.5]);
  });

  it('tells a cell in words, and where a token looks most', () => {
    const cell = strongestCell(attention, { layer: 0, head: 0 }, 1);
    expect(cell).toEqual({ layer: 0, head: 0, t: 1, s: 1 });
    expect(describeCell(attention, ['<BOS>', 'a'], { ...cell, s: 0 })).toBe(
      'head 0·0: from “a”₁ to BOS₀: 0.250'
    );
  });

  it('exports every weight but the future', () => {
    expect(attentionRows(attention).slice(0, 3)).toEqual([
      [0, 0, 0, 0, 1],
      [0, 0, 1, 0, 0.25],
      [0, 0, 1, 1, 0.75]
    ]);
  });

  it('has no cell in the future', () => {
    expect(cellAt(5, 95, 100, 10)).toEqual({ t: 9, s: 0 });
    expect(cellAt(95, 5, 100, 10)).toBeNull();
    expect(cellAt(100, 100, 100, 10)).toEqual({ t: 9, s: 9 });
  });

  it('lays out squares as large as the room allows', () => {
    expect(bestColumns(4, 400, 100, 0, 0)).toEqual({ columns: 4, size: 100 });
    expect(bestColumns(4, 200, 220, 0, 10)).toEqual({ columns: 2, size: 100 });
    expect(bestColumns(16, 0, 0, 8, 20).size).toBe(0);
  });
});

describe('pulse', () => {
  const times = { forward: { embedding: 1, loss: 3 }, backward: { loss: 4 }, adam: 2, steps: 2 };

  it('lists the stages as the program names them', () => {
    expect(stageNames(1)).toEqual(['embedding', 'layer0.attention', 'layer0.mlp', 'head', 'loss']);
  });

  it('tells milliseconds of one step, and null where nothing was timed', () => {
    const pulse = pulseOf(1, times);
    expect(pulse.stages[0]).toMatchObject({ forward: 0.5, backward: null });
    expect(pulse.total).toBe(5);
    expect(shareOf(pulse.adam, pulse)).toBe(0.2);
    expect(pulseOf(1, null)).toMatchObject({ adam: null, total: null });
  });
});

describe('choosing any step', () => {
  it.each([
    ['ArrowLeft', 49],
    ['ArrowDown', 49],
    ['ArrowRight', 51],
    ['ArrowUp', 51],
    ['PageDown', 38],
    ['PageUp', 62],
    ['Home', 0],
    ['End', 120],
    ['x', null]
  ])('%s leads from 50 to %s', (key, step) => {
    expect(scrubTo(key, 50, 120)).toBe(step);
  });

  it('never leaves the steps that are done', () => {
    expect(scrubTo('ArrowLeft', 0, 5)).toBe(0);
    expect(scrubTo('PageUp', 5, 5)).toBe(5);
    expect(scrubTo('PageDown', 1, 5)).toBe(0);
  });

  it('never leaves the steps of a branch', () => {
    expect(scrubTo('Home', 50, 60, 40)).toBe(40);
    expect(stepBeside(40, 60, 'previous', 40)).toBe(40);
  });

  it('goes to the step beside, and follows the run after the last', () => {
    expect(stepBeside(null, 9, 'previous')).toBe(8);
    expect(stepBeside(0, 9, 'previous')).toBe(0);
    expect(stepBeside(4, 9, 'next')).toBe(5);
    expect(stepBeside(9, 9, 'next')).toBeNull();
    expect(stepBeside(null, 9, 'next')).toBeNull();
  });
});

describe('choosing a recorded step', () => {
  const frames = [1, 10, 20].map((step) => ({ step })) as RecordedFrame[];

  it('snaps in the direction of the move', () => {
    expect(snapStep(frames, 1, 2)).toBe(10);
    expect(snapStep(frames, 10, 9)).toBe(1);
    expect(snapStep(frames, 20, 25)).toBe(20);
    expect(snapStep([], 1, 5)).toBe(5);
  });

  it('takes the nearest to a point', () => {
    expect([2, 7, 14, 16, 99].map((to) => nearestStep(frames, to))).toEqual([1, 10, 10, 20, 20]);
  });

  it('goes from picture to picture, and follows the run after the last', () => {
    expect(neighbourStep(frames, null, 'previous')).toBe(10);
    expect(neighbourStep(frames, 10, 'previous')).toBe(1);
    expect(neighbourStep(frames, 10, 'next')).toBe(20);
    expect(neighbourStep(frames, 20, 'next')).toBeNull();
    expect(neighbourStep([], null, 'previous')).toBeNull();
  });
});

describe('csv', () => {
  it('quotes what needs it', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          [1, 'x,"y"'],
          [' ', '\n']
        ]
      )
    ).toBe('a,b\r\n1,"x,""y"""\r\n" ","\n"\r\n');
  });
});

describe('shares', () => {
  const sample = { text: 'a', reason: null, valid: true, copied: true };
  const bad = { ...sample, valid: false, copied: false };

  it('are told in words and numbers', () => {
    const samples = [sample, bad, bad];
    expect(describeShares({ samples, shares: { valid: 1 / 3, copied: 1 / 3 } })).toBe(
      '1 of 3 valid (33%) · 1 copied (33%)'
    );
  });

  it('do not speak of validity where there is no rule', () => {
    const samples = [{ ...sample, valid: null }];
    expect(describeShares({ samples, shares: { valid: null, copied: 1 } })).toBe(
      '1 drawn · 1 copied (100%)'
    );
  });
});

describe('Calm', () => {
  it('lets a picture stand while its source moves, and shows the newest when it rests', () => {
    const calm = new Calm<string>();
    expect(calm.next('a', true, 0)).toBe('a');
    expect(calm.next('b', true, 100)).toBe('a');
    expect(calm.next('c', true, 250)).toBe('c');
    expect(calm.next('d', false, 260)).toBe('d');
  });
});

describe('roughSeconds', () => {
  it('guesses for loops and for a hardware GPU, and not for a GPU in software', () => {
    const cost = { flopsPerStep: 4e6 };
    expect(roughSeconds('cpu', 'none', cost, 100)).toBeCloseTo(1);
    expect(roughSeconds('simd', 'none', cost, 1000)).toBeCloseTo(0.4);
    expect(roughSeconds('gpu', 'hardware', cost, 1000)).toBeCloseTo(0.4);
    expect(roughSeconds('gpu', 'software', cost, 1000)).toBeNull();
  });
});
