import { beforeEach, expect, test } from 'vitest';
import { WeightEdits } from '$lib/state/weightEdits.svelte';

const edit = (column: number, after: number) => ({
  ...{ parameter: 'wte', row: 0, column },
  ...{ before: column / 10, after }
});

let edits: WeightEdits;
beforeEach(() => {
  edits = new WeightEdits();
});

test('a weight is changed once, to what came last', () => {
  edits.change([edit(1, 5)]);
  edits.change([edit(1, 6), edit(2, 7)]);
  expect(edits.list).toEqual([edit(1, 6), edit(2, 7)]);
  expect(edits.of({ parameter: 'wte', row: 0, column: 1 })).toBe(6);
  expect(edits.of({ parameter: 'wpe', row: 0, column: 1 })).toBeUndefined();
});

test('one that is changed back counts no more', () => {
  edits.change([edit(1, 5)]);
  edits.change([edit(1, 0.1)]);
  expect(edits.list).toEqual([]);
});

test('undo takes each change back, also that of clearing', () => {
  edits.change([edit(1, 5)]);
  edits.change([edit(2, 6), edit(3, 7)]);
  edits.clear();
  expect(edits.list).toEqual([]);
  edits.undo();
  expect(edits.list).toHaveLength(3);
  edits.undo();
  expect(edits.list).toEqual([edit(1, 5)]);
  edits.undo();
  expect(edits.list).toEqual([]);
  expect(edits.canUndo).toBe(false);
  edits.undo();
});

test('at another step what they were changed to stays', () => {
  edits.change([edit(1, 5)]);
  edits.rebase(() => 9);
  expect(edits.list).toEqual([{ ...edit(1, 5), before: 9 }]);
  expect(edits.canUndo).toBe(false);
});
