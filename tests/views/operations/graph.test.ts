import { describe, expect, test } from 'vitest';
import { buildProgram } from '$lib/engine/program';
import { backwardRows, forwardRows } from '$lib/views/operations/cardRows';
import { headBands } from '$lib/views/operations/headBands';
import { layoutGraph, shortName, type GraphLayout } from '$lib/views/operations/graphLayout';
import { buttonKeyFor, controls, moveFor, pageKeys } from '$lib/views/operations/moveKeys';
import { boxTowards } from '$lib/views/operations/travel';
import { fit, type Box } from '$lib/views/operations/viewport';
import { smallModel } from '../../engine/smallModel';

const { nodes, activations } = buildProgram({ ...smallModel, n_layer: 2 });
/** As of a step of 3 positions. */
const shapes = Object.fromEntries(
  activations.map(({ name, capacity }) => [
    name,
    capacity.length > 0 ? [3, ...capacity.slice(1)] : []
  ])
);
const layout = layoutGraph(nodes, shapes, new Set());

/** Every card is inside its block, every block inside the plane, and no card over another. */
function isSound({ width, height, blocks, cards }: GraphLayout) {
  for (const block of blocks) expectInside(block, { x: 0, y: 0, width, height });
  for (const card of cards) {
    const { stage } = nodes.find(({ name }) => name === card.name)!;
    expectInside(
      card,
      blocks.find((block) => block.stage === stage)!
    );
  }
  cards.forEach((a, i) => {
    for (const b of cards.slice(i + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x;
      expect(apart || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
    }
  });
}

function expectInside(inner: Box, outer: Box) {
  expect(inner.x).toBeGreaterThanOrEqual(outer.x);
  expect(inner.y).toBeGreaterThanOrEqual(outer.y);
  expect(inner.x + inner.width).toBeLessThanOrEqual(outer.x + outer.width);
  expect(inner.y + inner.height).toBeLessThanOrEqual(outer.y + outer.height);
}

describe('the layout of the graph', () => {
  test('has a card for every operation, inside its block, and none over another', () => {
    expect(layout.cards.map(({ name }) => name).toSorted()).toEqual(
      nodes.map(({ name }) => name).toSorted()
    );
    isSound(layout);
  });

  test('has a square for each head where a tensor has heads', () => {
    const heads = layout.cards.filter((card) => card.heads > 0);
    expect(heads.map(({ name }) => shortName(name)).slice(0, 3)).toEqual([
      'attn_scores',
      'attn_masked',
      'attn_weights'
    ]);
    expect(heads.every((card) => card.heads === smallModel.n_head)).toBe(true);
  });

  test('has an edge for every input that is computed', () => {
    const names = new Set(nodes.map(({ name }) => name));
    const inputs = nodes.flatMap(({ name, inputs }) =>
      [...new Set(Object.values(inputs))].filter((i) => names.has(i)).map((i) => `${i} ${name}`)
    );
    expect(layout.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(inputs);
  });

  test('collapses a block: its cards are gone, and edges lead to the block', () => {
    const { cards, edges, height } = layoutGraph(nodes, shapes, new Set(['layer0.mlp']));
    expect(cards.some(({ name }) => name.startsWith('layer0.mlp'))).toBe(false);
    expect(edges).toContainEqual(
      expect.objectContaining({ from: 'layer0.attn_residual', to: 'layer0.mlp' })
    );
    expect(height).toBeLessThan(layout.height);
  });

  test('is walked by arrow keys', () => {
    const towards = (from: string, key: string) =>
      boxTowards(
        layout.cards,
        layout.cards.find(({ name }) => name === from),
        key
      )?.name;
    expect(towards('layer0.q', 'ArrowRight')).toBe('layer0.k');
    expect(towards('layer0.k', 'ArrowUp')).toBe('layer0.attn_norm');
    expect(towards('layer0.q', 'ArrowLeft')).toBeUndefined();
    expect(towards('layer0.q', 'x')).toBeUndefined();
    expect(towards('nowhere', 'ArrowDown')).toBeUndefined();
  });

  test.each([
    [500, 620],
    [900, 300],
    [330, 460]
  ])('stands in columns where it is seen through %i × %i px, and fills them better', (...size) => {
    const window = { width: size[0], height: size[1] };
    const wrapped = layoutGraph(nodes, shapes, new Set(), window);
    expect(fit(wrapped, window).scale).toBeGreaterThan(1.3 * fit(layout, window).scale);
    isSound(wrapped);
    const read = wrapped.blocks.toSorted((a, b) => a.x - b.x || a.y - b.y);
    expect(read.map(({ stage }) => stage)).toEqual(layout.blocks.map(({ stage }) => stage));
    expect(wrapped.edges).toHaveLength(layout.edges.length);
  });

  test('stays one column in a window as high as it is', () => {
    expect(layoutGraph(nodes, shapes, new Set(), layout)).toEqual(layout);
  });

  test('writes names without their layer', () => {
    expect(shortName('layer1.attn_mix')).toBe('attn_mix');
    expect(shortName('logits')).toBe('logits');
  });
});

test('matrices are parted by their heads where attention does so', () => {
  const parameters = buildProgram({ ...smallModel, n_layer: 2 }).parameters;
  const all = { ...shapes, ...Object.fromEntries(parameters.map((p) => [p.name, p.shape])) };
  const bandsOf = (tensor: string) => headBands(tensor, { nodes: outlined, shapes: all })?.axis;
  const outlined = nodes.map((node) => ({
    ...node,
    ...{ operation: node.operation.name, summary: '', formula: '', gradient: {} }
  }));
  const columns = ['q', 'k', 'v', 'attn_mix', 'attn_wo'];
  expect(columns.map((name) => bandsOf(`layer1.${name}`))).toEqual(columns.map(() => 'columns'));
  const rows = ['attn_wq', 'attn_wk', 'attn_wv'];
  expect(rows.map((name) => bandsOf(`layer1.${name}`))).toEqual(rows.map(() => 'rows'));
  const whole = ['layer1.attn_norm', 'layer1.attn_scores', 'layer1.mlp_fc1', 'wte', 'probs'];
  expect(whole.map(bandsOf)).toEqual(whole.map(() => undefined));
});

describe('the rows of an operation', () => {
  const node = {
    ...nodes.find(({ name }) => name === 'layer0.q')!,
    operation: 'linear',
    summary: '',
    formula: '',
    gradient: { x: 'dx', w: 'dw' }
  };
  const stop = {
    node: node.name,
    saved: { w: 'layer0.attn_wq' },
    contributions: [
      { tensor: 'layer0.attn_norm', number: 3, of: 3 },
      { tensor: 'layer0.attn_wq', number: 1, of: 1 }
    ]
  };

  test('forward, with what is saved', () => {
    const rows = forwardRows(node, stop);
    expect(rows.map(({ slot, isSaved }) => [slot, isSaved])).toEqual([
      ['x', false],
      ['w', true],
      ['y', false]
    ]);
  });

  test('backward, with what came now told apart where others add to it', () => {
    const slots = backwardRows(node, stop, true).map(({ slot }) => slot);
    expect(slots).toEqual(['dy', 'dx', '+ dx', 'dw']);
    expect(backwardRows(node, stop, false).map(({ slot }) => slot)).toEqual(['dy', 'dx', 'dw']);
    expect(backwardRows(node, undefined, false)).toEqual([]);
  });
});

test('keys lead where the buttons lead', () => {
  const press = (key: string) => ({ key, ctrlKey: false, metaKey: false, altKey: false });
  for (const { key, move } of controls) expect(moveFor(press(key.toLowerCase()), 'q')).toBe(move);
  expect(moveFor(press('u'), 'probs')).toEqual({ to: 'operation', name: 'probs' });
  expect(moveFor({ ...press('r'), ctrlKey: true }, 'q')).toBeNull();
  expect(['l', 'b', 's', 'v', 'x', 'q'].map((key) => buttonKeyFor(press(key)))).toEqual([
    ...['L', 'B', 'S', 'V', 'X'],
    null
  ]);
  const keys = pageKeys.flatMap((row) => row.keys);
  expect(new Set(keys).size).toBe(keys.length);
});
