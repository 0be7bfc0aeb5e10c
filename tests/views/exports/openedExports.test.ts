import { beforeAll, describe, expect, test } from 'vitest';
import { Operations } from '$lib/state/operations.svelte';
import { captionedCsv, kindsOf, type PanelExports } from '$lib/views/exports/exports';
import { graphExport } from '$lib/views/exports/graphExport';
import { numberExport } from '$lib/views/exports/numberExport';
import { scalarExport } from '$lib/views/exports/scalarExport';
import { tensorExport } from '$lib/views/exports/tensorExport';
import { layoutGraph } from '$lib/views/operations/graphLayout';
import { layoutScalars } from '$lib/views/operations/scalarLayout';
import { buildRamp } from '$lib/views/ramp';
import { recordedRun } from '$lib/views/style/recorded';
import { Lesson } from '../../run/inspected';
import { smallRequest } from '../../run/scenario';
import { readCsv } from './readCsv';
import { parseXml } from './xml';

const snapshot = recordedRun();
const ramps = () => ({
  probability: buildRamp(['#ffffff', '#0000ff']),
  loss: buildRamp(['#ffffff', '#ff8000'])
});
const ink = Object.fromEntries(
  ['ink-1', 'ink-3', 'line', 'accent', 'surface-1'].map((name) => [name, '#12345680'])
);
const cell = { tensor: 'layer0.attn_wq', aspect: 'gradient', index: [1, 2] } as const;
const wq = { tensor: 'layer0.attn_wq', reading: 'gradient' } as const;

let operations: Operations;
let all: Record<'graph' | 'tensor' | 'head' | 'number' | 'scalars', PanelExports>;

beforeAll(async () => {
  const lesson = new Lesson(smallRequest({ num_steps: 12, sample_interval: 0, n_head: 2 }));
  await lesson.until('run.started');
  await lesson.train(5);
  operations = new Operations(lesson.inspector);
  await operations.open(4, { of: 'token', t: 1 });
  await operations.move({ to: 'operation', name: 'layer0.q' });
  await operations.openNumber(cell, true);
  await operations.scalars.draw(cell);
  const weights = { tensor: 'layer0.attn_weights', reading: 'value' } as const;
  await operations.read([wq, weights]);
  const outline = operations.outline!;
  const view = { operations, outline, snapshot, ramps };
  const { nodes } = operations.scalars;
  const layout = layoutGraph(outline.nodes, outline.shapes, new Set());
  all = {
    graph: graphExport({ ...view, layout }),
    tensor: tensorExport({ ...view, reading: operations.reading(wq)!, head: null })!,
    head: tensorExport({ ...view, reading: operations.reading(weights)!, head: 1 })!,
    number: numberExport({ ...view, opened: operations.trail.opened! })!,
    scalars: scalarExport({ ...view, nodes, layout: layoutScalars(nodes), root: cell })
  };
  await all.graph.prepare?.();
});

describe.each(['graph', 'tensor', 'head', 'scalars'] as const)('the picture of the %s', (name) => {
  test('is whole, stands alone, and says what its gradients are of', () => {
    const { picture, caption } = all[name];
    const svg = picture!(ink);
    const elements = parseXml(svg);
    expect(kindsOf(all[name])).toEqual(['SVG', 'PNG', 'CSV']);
    expect(elements.find((element) => element.name === 'desc')!.text).toBe(caption);
    expect(caption).toContain('step 4 of');
    expect(caption).toContain('gradients of token 1’s loss · 17 of 22 operations');
    expect(svg).not.toMatch(/NaN|Infinity|undefined|href|url\(/);
  });
});

describe.each(['graph', 'tensor', 'head', 'number', 'scalars'] as const)(
  'the table of the %s',
  (name) => {
    test('reads back as it was', () => {
      const { table, caption, stem } = all[name];
      const { header, rows } = table!();
      const list = [...rows];
      expect(list.length).toBeGreaterThan(0);
      expect(readCsv(captionedCsv(caption, { header, rows: list }))).toEqual(
        [header, ...list].map((row) => row.map(String))
      );
      expect(stem).toMatch(/^[\w.-]*[a-z0-9]-step4$/);
    });
  }
);

test('the graph holds a picture of every tensor, each head by itself, and “—” for what is not computed', () => {
  const elements = parseXml(all.graph.picture!(ink));
  const outline = operations.outline!;
  const texts = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
  const nothing = outline.nodes.filter(({ name }) => operations.progress(name).state === 'none');
  const squares = nothing
    .map(({ name }) => outline.shapes[name])
    .map((shape) => (shape.length === 3 ? shape[1] : 1));
  expect(texts.filter((text) => text === '—')).toHaveLength(squares.reduce((a, b) => a + b, 0));
  for (const { formula } of outline.nodes) expect(texts.join(' ')).toContain(formula.slice(0, 10));
});

test('a tensor’s numbers are written with all of their digits', () => {
  const rows = [...all.tensor.table!().rows];
  const numbers = operations.reading(wq)!.numbers!;
  expect(rows.map((row) => Number(row[2]))).toEqual([...numbers]);
  expect(rows[1]).toEqual([0, 1, numbers[1]]);
});

test('the terms of a number are the largest first, and add up to it', () => {
  const values = [...all.number.table!().rows].map((row) => Number(row[5]));
  const sizes = values.map(Math.abs);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  const { stored } = operations.trail.opened!;
  expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(stored, 12);
  expect(all.number.caption).toContain(`dlayer0.attn_wq[1,2] = ${stored}`);
});
