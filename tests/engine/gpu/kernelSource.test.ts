import { describe, expect, test } from 'vitest';
import { dimNames, kernelsOf, kernelSource, workgroups } from '$lib/engine/gpu/kernelSource';
import { operations } from '$lib/engine/ops/index';

describe.each(Object.values(operations))('$name', (operation) => {
  test('has one kernel forward and one for the gradient of each input', () => {
    const writes = kernelsOf(operation).map((kernel) => kernel.writes);
    expect(writes).toEqual(['y', ...operation.inputs.map((input) => `d${input}`)]);
  });

  test.each(kernelsOf(operation))('$writes reads what is declared and nothing twice', (kernel) => {
    const known = ['y', 'dy', ...operation.inputs, ...operation.indices];
    expect(known).toEqual(expect.arrayContaining([...kernel.reads]));
    expect(new Set([...kernel.reads, kernel.writes]).size).toBe(kernel.reads.length + 1);
    const bounds = kernel.threads.map(([, bound]) => bound);
    expect(dimNames(operation)).toEqual(expect.arrayContaining(bounds));
  });
});

test('the source of a kernel is whole', () => {
  const { embedding } = operations;
  expect(kernelSource(embedding, embedding.wgsl.forward)).toBe(`// embedding: y
struct Dims { T: u32, V: u32, C: u32 }

@group(0) @binding(0) var<uniform> dims: Dims;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> ids: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32
) {
  let T = dims.T;
  let V = dims.V;
  let C = dims.C;
  let thread = (workgroup.y * workgroups.x + workgroup.x) * 64 + lane;
  if (thread >= T * C) { return; }
  let t = thread / C;
  let c = thread % C;
  y[t * C + c] = w[u32(ids[t]) * C + c];
}
`);
});

test('threads that take steps find their places, and those beyond the last end', () => {
  const source = kernelSource(operations.linear, operations.linear.wgsl.backward.w);
  expect(source).toContain('if (thread >= ((n_out + 3) / 4) * ((n_in + 3) / 4)) { return; }');
  expect(source).toContain('let o = 4 * (thread / ((n_in + 3) / 4));');
  expect(source).toContain('let i = 4 * (thread % ((n_in + 3) / 4));');
  const { forward } = operations.linear.wgsl;
  expect(workgroups(forward, { T: 9, n_in: 5, n_out: 257 }, 65_535)).toEqual([4, 1]);
});

describe('workgroups', () => {
  const kernel = operations.add.wgsl.forward;
  test.each([
    [1, [1, 1]],
    [64, [1, 1]],
    [65, [2, 1]],
    [64 * 65_535, [65_535, 1]],
    [64 * 65_535 + 1, [65_535, 2]],
    [0, [0, 0]]
  ])('for %i threads', (N, expected) => {
    expect(workgroups(kernel, { N }, 65_535)).toEqual(expected);
  });

  test('one for a kernel without loop variables', () => {
    expect(workgroups(operations.mean.wgsl.forward, { T: 1000 }, 65_535)).toEqual([1, 1]);
  });
});
