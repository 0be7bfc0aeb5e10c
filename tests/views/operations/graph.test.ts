import { describe, expect, test } from 'vitest';
import { buildProgram } from '$lib/engine/program';
import { backwardRows, forwardRows } from '$lib/views/operations/cardRows';
import { CARD, cardTowards, layoutGraph, shortName } from '$lib/views/operations/graphLayout';
import { controls, moveFor } from '$lib/views/operations/moveKeys';
import { smallModel } from '../../engine/smallModel';

const { nodes } = buildProgram({ ...smallModel, n_layer: 2 });
const layout = layoutGraph(nodes, new Set());

describe('the layout of the graph', () => {
  test('has a card for every operation, inside its block, and none over another', () => {
    expect(layout.cards.map(({ name }) => name).toSorted()).toEqual(
      nodes.map(({ name }) => name).toSorted()
    );
    for (const { name, x, y } of layout.cards) {
      const block = layout.blocks.find(
        ({ stage }) => stage === nodes.find((n) => n.name === name)?.stage
      )!;
      expect(x).toBeGreaterThanOrEqual(block.x);
      expect(x + CARD.width).toBeLessThanOrEqual(block.x + block.width);
      expect(y + CARD.height).toBeLessThanOrEqual(block.y + block.height);
    }
    const places = layout.cards.map(({ x, y }) => `${x},${y}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test('has an edge for every input that is computed', () => {
    const names = new Set(nodes.map(({ name }) => name));
    const inputs = nodes.flatMap(({ name, inputs }) =>
      [...new Set(Object.values(inputs))].filter((i) => names.has(i)).map((i) => `${i} ${name}`)
    );
    expect(layout.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(inputs);
  });

  test('collapses a block: its cards are gone, and edges lead to the block', () => {
    const { cards, edges, height } = layoutGraph(nodes, new Set(['layer0.mlp']));
    expect(cards.some(({ name }) => name.startsWith('layer0.mlp'))).toBe(false);
    expect(edges).toContainEqual(
      expect.objectContaining({ from: 'layer0.attn_residual', to: 'layer0.mlp' })
    );
    expect(height).toBeLessThan(layout.height);
  });

  test('is walked by arrow keys', () => {
    expect(cardTowards(layout.cards, 'layer0.q', 'ArrowRight')).toBe('layer0.k');
    expect(cardTowards(layout.cards, 'layer0.k', 'ArrowUp')).toBe('layer0.attn_norm');
    expect(cardTowards(layout.cards, 'layer0.q', 'ArrowLeft')).toBeNull();
    expect(cardTowards(layout.cards, 'layer0.q', 'x')).toBeNull();
  });

  test('writes names without their layer', () => {
    expect(shortName('layer1.attn_mix')).toBe('attn_mix');
    expect(shortName('logits')).toBe('logits');
  });
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
});
