import { describe, expect, test } from 'vitest';
import { cutChains } from '$lib/engine/gpu/fused/chainedSchedule';
import { chooseSchedule } from '$lib/engine/gpu/fused/chooseSchedule';
import { planStep, rowKernels } from '$lib/engine/gpu/fused/plan';
import { adam, smallModel } from './models';

describe('the schedule chosen', () => {
  const microgpt = smallModel({ n_layer: 1, n_embd: 16, n_head: 4, block_size: 16, batch_size: 1 });
  const max = smallModel({ n_embd: 64, n_head: 4, block_size: 64, batch_size: 1 });

  test.each([false, true])(
    'is single for a model whose dispatches would take longer than its arithmetic (software: %s)',
    (software) => {
      expect(chooseSchedule(microgpt.program, software)).toBe('single');
      expect(chooseSchedule(max.program, software)).toBe(software ? 'wide' : 'chained');
    }
  );

  test('is single up to a larger model where a workgroup has many threads', () => {
    const between = smallModel({
      n_layer: 1,
      n_embd: 24,
      n_head: 4,
      block_size: 16,
      batch_size: 1
    });
    expect(chooseSchedule(between.program, false)).toBe('single');
    expect(chooseSchedule(between.program, true)).toBe('wide');
  });
});

describe('chains', () => {
  const chainsOf = (n_layer: number) => {
    const { program } = smallModel({ n_layer });
    return cutChains(rowKernels(planStep(program, adam)));
  };

  test.each([
    [1, 3],
    [2, 5]
  ])('of %i layers are %i, two for each and one more', (n_layer, count) => {
    expect(chainsOf(n_layer)).toHaveLength(count);
  });

  test('hold every kernel once, in order', () => {
    const kernels = rowKernels(planStep(smallModel().program, adam));
    expect(
      cutChains(kernels)
        .flat()
        .map(({ name }) => name)
    ).toEqual(kernels.map(({ name }) => name));
  });

  test('begin where other rows of what the chain before has written are read, and nowhere else', () => {
    const chains = chainsOf(2);
    for (const chain of chains) {
      const written = chain.map(({ writes }) => writes);
      chain.forEach(({ across }, i) => {
        expect(across.filter((tensor) => written.slice(0, i).flat().includes(tensor))).toEqual([]);
      });
    }
    // A tile's workgroup may write before another's has read.
    for (const chain of chains) {
      const read = chain.map(({ across }) => across);
      chain.forEach(({ writes }, i) => {
        expect(
          writes.filter((tensor) =>
            read
              .slice(0, i + 1)
              .flat()
              .includes(tensor)
          )
        ).toEqual([]);
      });
    }
    chains.slice(1).forEach(([first], i) => {
      const before = chains[i].flatMap(({ writes }) => writes);
      expect(first.across.some((tensor) => before.includes(tensor))).toBe(true);
    });
  });
});
