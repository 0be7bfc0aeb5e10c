import { describe, expect, test } from 'vitest';
import { operations } from '$lib/engine/ops/index';

describe.each(Object.entries(operations))('%s', (name, op) => {
  test('is registered under its own name', () => {
    expect(op.name).toBe(name);
  });

  test('says in one line each what it computes', () => {
    for (const line of [op.summary, op.formula, ...Object.values(op.gradient)]) {
      expect(line).toMatch(/^\S.*\S$/u);
    }
    expect(op.formula).toMatch(/^y/);
  });

  test('has a gradient that accumulates, in words and as a kernel, for every input', () => {
    expect(Object.keys(op.gradient)).toEqual(op.inputs);
    expect(Object.keys(op.wgsl.backward)).toEqual(op.inputs);
    for (const input of op.inputs) {
      expect(op.gradient[input]).toContain('+=');
      expect(op.wgsl.backward[input].writes).toBe(`d${input}`);
      expect(op.wgsl.backward[input].body).toMatch(new RegExp(`d${input}\\[.*\\] [+-]= `));
    }
    expect(op.wgsl.forward.writes).toBe('y');
  });

  test('has kernels that read only what there is, over bounds that there are', () => {
    const { dims } = op.shape(op.samples[0].shapes, op.samples[0].attributes ?? {});
    for (const kernel of [op.wgsl.forward, ...Object.values(op.wgsl.backward)]) {
      expect([...op.inputs, ...op.indices, 'y', 'dy']).toEqual(
        expect.arrayContaining([...kernel.reads])
      );
      expect(Object.keys(dims)).toEqual(
        expect.arrayContaining(kernel.threads.map(([, bound]) => bound))
      );
      for (const name of kernel.reads) expect(kernel.body, name).toContain(`${name}[`);
    }
  });

  test('has samples with every shape, attribute and index, a single number or row among them', () => {
    expect(op.samples.length).toBeGreaterThanOrEqual(3);
    for (const { shapes, attributes = {}, indices = {} } of op.samples) {
      expect(Object.keys(shapes).sort()).toEqual([...op.inputs, ...op.indices].sort());
      expect(Object.keys(attributes).sort()).toEqual([...op.attributes].sort());
      for (const index of op.indices) expect(indices[index]).toHaveLength(shapes[index][0]);
    }
    expect(op.samples.some(({ shapes }) => shapes[op.inputs[0]][0] === 1)).toBe(true);
  });

  test('mixes rows only through inputs that it has', () => {
    expect(op.inputs).toEqual(expect.arrayContaining([...op.context]));
  });
});
