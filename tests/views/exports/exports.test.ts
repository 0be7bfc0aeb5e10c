import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../src/lib/run/settings';
import type { Snapshot } from '../../../src/lib/run/snapshot';
import { formatLoss, formatMs, formatProb, formatSmall } from '../../../src/lib/views/format';
import { attentionExport, cellPaths } from '../../../src/lib/views/exports/attentionExport';
import { fileStem, runCaption } from '../../../src/lib/views/exports/caption';
import { captionedCsv, kindsOf, type PanelExports } from '../../../src/lib/views/exports/exports';
import { lossExport } from '../../../src/lib/views/exports/lossExport';
import { normsExport } from '../../../src/lib/views/exports/normsExport';
import { pulseExport } from '../../../src/lib/views/exports/pulseExport';
import { samplesExport } from '../../../src/lib/views/exports/samplesExport';
import { escape, stroke, wrap } from '../../../src/lib/views/exports/svg';
import { tokensExport } from '../../../src/lib/views/exports/tokensExport';
import { pulseOf } from '../../../src/lib/views/pulse';
import { buildRamp, rampColor, RAMP_SIZE } from '../../../src/lib/views/ramp';
import { recordedRun } from '../../../src/lib/views/style/recorded';
import { readCsv } from './readCsv';
import { parseXml } from './xml';

const snapshot = recordedRun();
const frame = snapshot.frames.at(-1)!;
const attention = frame.attention!;
const ramp = buildRamp(['#ffffff', '#3577b5', '#0e3a66']);
const names = ['ink-1', 'ink-3', 'line', 'accent', 'surface-1'];
const curves = ['loss', 'raw', 'twin', 'rate', 'gradient', 'update'].map((name) => `curve-${name}`);
const ink = Object.fromEntries([...names, ...curves].map((name) => [name, '#12345680']));

const all: Record<string, PanelExports> = {
  loss: lossExport({ snapshot, twin: null, twinName: '', log: false }),
  'loss of two engines': lossExport({
    ...{ snapshot, log: true, twinName: 'on gpu' },
    twin: snapshot.curves.loss.slice(0, 9)
  }),
  norms: normsExport(snapshot),
  tokens: tokensExport({ snapshot, frame, position: 1, ramp: () => ramp }),
  attention: attentionExport({ snapshot, frame: { ...frame, attention }, ramp: () => ramp }),
  pulse: pulseExport(snapshot)!,
  samples: samplesExport(snapshot)!
};
const elementsOf = (name: string) => parseXml(all[name].picture!(ink));
const textsOf = (name: string) =>
  elementsOf(name)
    .filter((element) => element.name === 'text')
    .map(({ text }) => text);
const tableOf = (name: string) => {
  const { header, rows } = all[name].table!();
  return { header, rows: [...rows] };
};

describe.each(Object.keys(all))('the export of %s', (name) => {
  it('is offered as picture, bitmap and table', () => {
    expect(kindsOf(all[name])).toEqual(['SVG', 'PNG', 'CSV']);
  });

  it('is an SVG that stands alone, on its own ground, with every word of the caption', () => {
    const elements = elementsOf(name);
    expect(elements[0]).toMatchObject({ name: 'svg' });
    expect(elements[0].attributes.xmlns).toBe('http://www.w3.org/2000/svg');
    expect(elements.find((e) => e.name === 'desc')!.text).toBe(all[name].caption);
    const ground = elements.find((e) => e.name === 'rect')!.attributes;
    expect(ground).toMatchObject({ width: elements[0].attributes.width, fill: ink['surface-1'] });
    const told = textsOf(name).join(' · ');
    for (const part of all[name].caption.split(' · ')) expect(told).toContain(part);
  });

  it('has no coordinate that is not a number, and nothing from elsewhere', () => {
    const svg = all[name].picture!(ink);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|href|url\(/);
  });

  it('is a CSV that reads back as it was, below its caption', () => {
    const { header, rows } = tableOf(name);
    const text = captionedCsv(all[name].caption, { header, rows });
    expect(text.startsWith(`# ${all[name].caption}\r\n`)).toBe(true);
    expect(readCsv(text)).toEqual([header, ...rows].map((row) => row.map(String)));
    expect(rows.length).toBeGreaterThan(0);
  });
});

describe('the caption', () => {
  it('tells what is needed to make the numbers again', () => {
    const caption = runCaption(snapshot, 36);
    const hash = snapshot.corpus!.hash.slice(0, 12);
    expect(caption).toContain(`microGPT Lab · arithmetic (${hash}) · step 36 of 36 · cpu engine`);
    expect(caption).toContain('seed 42 · n_layer 2 · n_embd 8 · n_head 2 · block_size 8');
    expect(caption).not.toContain('learning_rate');
  });

  it('names what does not differ from the defaults together, and knows a page without a run', () => {
    const settings = { ...snapshot.settings!, ...defaultsOf(snapshot) };
    expect(runCaption({ ...snapshot, settings }, null)).toContain('all else by default');
    expect(runCaption({ ...snapshot, settings: null }, 1)).toBe('microGPT Lab');
  });

  it('gives file names that any system takes', () => {
    expect(fileStem('loss', snapshot, 36)).toBe('loss-arithmetic-seed42-step36');
    const settings = { ...snapshot.settings!, pack: 'upload:0123456789ab' };
    expect(fileStem('loss', { ...snapshot, settings }, null)).toBe(
      'loss-upload-0123456789ab-seed42'
    );
  });
});

describe('the numbers drawn', () => {
  it('are the loss, smallest and largest', () => {
    const { loss } = snapshot.curves;
    const told = textsOf('loss').join(' ');
    for (const value of [loss.at(-1)!, Math.min(...loss), Math.max(...loss)]) {
      expect(told).toContain(formatLoss(value));
    }
  });

  it('are a point of the curve for each step', () => {
    const paths = elementsOf('loss').filter(({ name }) => name === 'path');
    expect(paths.map(({ attributes }) => attributes.d.split(/[ML]/).length - 1)).toEqual([
      ...[36, 36, 36]
    ]);
  });

  it('are the norms of every group', () => {
    const told = textsOf('norms');
    for (const norms of Object.values(snapshot.curves.gradient_norms)) {
      expect(told).toContain(`gradient ${formatSmall(norms.at(-1))}`);
    }
    for (const norms of Object.values(snapshot.curves.update_norms)) {
      expect(told).toContain(`update   ${formatSmall(norms.at(-1))}`);
    }
  });

  it('are the loss of every token and the likeliest tokens after the chosen one', () => {
    const told = textsOf('tokens');
    for (const { loss } of frame.tokens) expect(told).toContain(loss.toFixed(2));
    for (const { prob } of frame.tokens[1].top_k) expect(told).toContain(formatProb(prob));
  });

  it('are one square for each weight of each head, in its colour', () => {
    const squares = elementsOf('attention')
      .filter(({ name }) => name === 'path')
      .flatMap(({ attributes }) =>
        [...attributes.d.matchAll(/M(\d+) (\d+)/g)].map(() => attributes.fill)
      );
    const { T, n_layer, n_head, weights } = attention;
    expect(squares).toHaveLength((n_layer * n_head * T * (T + 1)) / 2);
    const colors = Array.from({ length: T }, (_, t) =>
      Array.from(weights.subarray(t * T, t * T + t + 1), (weight) => rampColor(ramp, weight))
    ).flat();
    expect(squares.slice(0, colors.length).sort()).toEqual(colors.sort());
    expect(cellPaths([0, 9, 1, 0.5], 2).get(RAMP_SIZE - 1)).toBe('M0 1h1v1h-1z');
  });

  it('are the milliseconds of every stage', () => {
    const pulse = pulseOf(snapshot.settings!.n_layer, snapshot.times);
    const told = textsOf('pulse');
    for (const { forward } of pulse.stages) expect(told).toContain(`${formatMs(forward)} ms`);
  });

  it('are the newest samples, letter by letter', () => {
    const told = textsOf('samples');
    for (const { text } of snapshot.samples.at(-1)!.samples) expect(told).toContain(text);
  });

  it('are none before there is anything', () => {
    expect(pulseExport({ ...snapshot, times: null })).toBeNull();
    expect(samplesExport({ ...snapshot, samples: [] })).toBeNull();
  });
});

describe('svg', () => {
  it('escapes what XML would read, and drops what it cannot hold', () => {
    expect(escape('a<b & "c">\u0001')).toBe('a&lt;b &amp; &quot;c&quot;&gt;\uFFFD');
    expect(() => parseXml('<a><b></a>')).toThrow('own end');
  });

  it('parts a colour from its opacity', () => {
    expect(stroke('#ff000080')).toMatchObject({ stroke: '#ff0000', 'stroke-opacity': 0.502 });
    expect(stroke('#ff0000')).toMatchObject({ 'stroke-opacity': 1 });
  });

  it('breaks lines between parts, and a part that is too long anywhere', () => {
    expect(wrap('one · two · three', 9)).toEqual(['one · two', 'three']);
    expect(wrap('123456', 4)).toEqual(['1234', '56']);
  });
});

/** The defaults of whatever the recorded run has changed, but its pack and engine. */
function defaultsOf({ settings }: Snapshot) {
  const { pack, engine } = settings!;
  return { ...defaultSettings, pack, engine };
}
