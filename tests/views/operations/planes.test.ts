import { beforeAll, describe, expect, test } from 'vitest';
import type { Address } from '$lib/run/questions';
import { Operations } from '$lib/state/operations.svelte';
import { layoutScalars } from '$lib/views/operations/scalarLayout';
import { boxTowards } from '$lib/views/operations/travel';
import {
  fit,
  fitWidth,
  isInSight,
  LEAST_SCALE,
  MOST_SCALE,
  panBy,
  reveal,
  viewAfter,
  zoomAt
} from '$lib/views/operations/viewport';
import { labelOfScalar } from '$lib/views/operations/words';
import { Lesson } from '../../run/inspected';
import { smallRequest } from '../../run/scenario';

describe('what is seen of a plane', () => {
  const view = { x: 100, y: 50, scale: 1 };
  const window = { width: 400, height: 300 };

  test('zooms about a point, which stays where it is', () => {
    const zoomed = zoomAt(view, 2, 40, 30);
    expect(zoomed.scale).toBe(2);
    expect([zoomed.x + 40 / 2, zoomed.y + 30 / 2]).toEqual([140, 80]);
    expect(zoomAt(view, 1e9, 0, 0).scale).toBe(MOST_SCALE);
    expect(zoomAt(view, 1e-9, 0, 0).scale).toBe(LEAST_SCALE);
  });

  test('moves by pixels of the window, at any scale', () => {
    expect(panBy({ x: 0, y: 0, scale: 2 }, 10, -20)).toEqual({ x: -5, y: 10, scale: 2 });
  });

  test('is all of it, or its width from the top', () => {
    const plane = { width: 1000, height: 3000 };
    const all = fit(plane, window);
    expect(isInSight(all, { x: 0, y: 0, width: 1, height: 1 }, window)).toBe(true);
    expect(isInSight(all, { x: 999, y: 2999, width: 1, height: 1 }, window)).toBe(true);
    expect(fit({ width: 10, height: 10 }, window).scale).toBe(1);
    const wide = fitWidth(plane, window, 0.7);
    expect(wide.scale).toBe(0.7);
    expect(wide.y).toBeLessThan(0);
  });

  test('moves to what is not in sight, and only then', () => {
    const box = { x: 200, y: 100, width: 50, height: 50 };
    const plane = { width: 1000, height: 2000 };
    expect(reveal(view, box, window, plane)).toBe(view);
    const far = { x: 200, y: 900, width: 50, height: 50 };
    const moved = reveal(view, far, window, plane);
    expect(moved).toEqual({ x: 100, y: 775, scale: 1 });
    expect(isInSight(moved, far, window)).toBe(true);
    const corner = { x: 980, y: 1960, width: 20, height: 40 };
    expect(reveal(view, corner, window, plane)).toEqual({ x: 614, y: 1714, scale: 1 });
  });

  test('follows keys', () => {
    const press = (key: string, shiftKey = false) => viewAfter({ key, shiftKey }, view, window);
    expect(press('+')!.scale).toBeGreaterThan(1);
    expect(press('-')!.scale).toBeLessThan(1);
    expect(press('ArrowDown', true)).toEqual({ ...view, y: 130 });
    expect(press('ArrowDown')).toBeNull();
    expect(press('n')).toBeNull();
  });
});

describe('a scalar graph', () => {
  const address: Address = { tensor: 'layer0.attn_weights', aspect: 'value', index: [2, 0, 1] };
  let operations: Operations;

  beforeAll(async () => {
    const lesson = new Lesson(smallRequest({ num_steps: 12, sample_interval: 0 }));
    await lesson.until('run.started');
    await lesson.train(5);
    operations = new Operations(lesson.inspector);
    await operations.open(4, { of: 'loss' });
    await operations.scalars.draw(address);
  });

  test('lies in layers: every input below what is made of it, none over another', () => {
    const { nodes } = operations.scalars;
    const { boxes, lines, width, height } = layoutScalars(nodes);
    expect(boxes).toHaveLength(nodes.length);
    for (const { from, to } of lines) {
      expect(boxes[to].y).toBeGreaterThan(boxes[from].y);
      expect(nodes[from].inputs).toContain(to);
    }
    boxes.forEach((a, i) => {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(width);
      expect(a.y + a.height).toBeLessThanOrEqual(height);
      for (const b of boxes.slice(i + 1)) {
        expect(a.y !== b.y || Math.abs(a.x - b.x) >= a.width).toBe(true);
      }
    });
    expect(boxes.at(-1)!.y).toBe(0);
  });

  test('is walked by arrow keys from the number down', () => {
    const { nodes } = operations.scalars;
    const { boxes } = layoutScalars(nodes);
    const root = nodes.length - 1;
    const below = boxTowards(boxes, boxes[root], 'ArrowDown')!;
    expect(nodes[root].inputs).toContain(below.at);
    expect(boxTowards(boxes, below, 'ArrowUp')).toBe(boxes[root]);
    expect(boxTowards(boxes, boxes[root], 'ArrowUp')).toBeNull();
    expect(boxTowards(boxes, boxes[root], 'x')).toBeNull();
  });

  test('is drawn deeper where a cell is opened, and as it was where it is closed', async () => {
    const { scalars } = operations;
    const before = scalars.nodes;
    const nodeOf = (tensor: string) =>
      scalars.nodes.find((node) => node.cells.some((cell) => cell.tensor === tensor))!;
    // What a mask only passes on is the same number: one scalar with two names.
    await scalars.toggle(nodeOf('layer0.attn_masked'));
    const passed = nodeOf('layer0.attn_masked');
    expect(passed.cells.map(({ tensor }) => tensor)).toEqual([
      'layer0.attn_scores',
      'layer0.attn_masked'
    ]);
    expect(scalars.nodes).toHaveLength(before.length);
    await scalars.toggle(passed);
    expect(scalars.nodes.length).toBeGreaterThan(before.length);
    const opened = nodeOf('layer0.attn_scores');
    expect([opened, nodeOf('layer0.q')].map((node) => scalars.isExpanded(node))).toEqual([
      true,
      false
    ]);
    await scalars.toggle(opened);
    expect(scalars.nodes).toEqual(before);
  });

  test('names its scalars by what makes them and what they are', () => {
    const labels = operations.scalars.nodes.map(labelOfScalar);
    expect(labels.at(-1)).toBe('× · layer0.attn_weights[2,0,1]');
    expect(labels).toContain('pow −1');
    expect(labels).toContain('exp');
  });
});
