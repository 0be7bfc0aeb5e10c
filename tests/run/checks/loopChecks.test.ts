import { beforeAll, describe, expect, test } from 'vitest';
import { bugsAmong } from '$lib/run/checks/bugs';
import { parseCell } from '$lib/run/checks/cellName';
import {
  bestPoint,
  byParameter,
  judgeCell,
  secondsLeft,
  truncationOf
} from '$lib/run/checks/findings';
import type { Job, Told } from '$lib/run/checks/tasks';
import { Plan } from '$lib/run/plan';
import { findings, requestOf, setupAt } from './taskScene';

const request = requestOf();
const { program } = new Plan(request);
const nodes = program.nodes.map(({ name }) => name);
let setup: Job['setup'];
beforeAll(async () => {
  setup = await setupAt(request, 20);
});

const cellOf = (tensor: string, ...index: number[]) =>
  ({ cell: { tensor, aspect: 'gradient', index } }) as const;
const adjoints = (told: Partial<Told<'adjoints'>>, bug: string | null = null) =>
  findings('adjoints', setup, { nodes, inputs: 'step', draw: 1, ...told }, { bug });

describe('the check of a cell', () => {
  test('is a V: truncation falls with h², round-off rises with 1/h', async () => {
    const [check] = await findings('cell', setup, cellOf('layer0.attn_wq', 3, 5));
    expect(check.cell).toEqual({ tensor: 'layer0.attn_wq', index: 3 * 8 + 5 });
    expect(check.points.map(({ h }) => h)).toEqual([
      ...[1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9]
    ]);
    const best = bestPoint(check)!;
    expect(best.error).toBeLessThan(1e-9);
    expect(best.h).toBeLessThan(1e-2);
    expect(best.h).toBeGreaterThan(1e-8);
    expect(judgeCell(check)).toBe('agrees');
    const { error } = check.points[1];
    expect(truncationOf(check)! * 1e-4).toBeGreaterThan(error / 10);
    expect(truncationOf(check)! * 1e-4).toBeLessThan(error * 10);
  });

  test('finds a spoiled gradient, and one that is not there', async () => {
    const bug = { bug: 'unscaled scores' };
    const [check] = await findings('cell', setup, cellOf('layer0.attn_wq', 3, 5), bug);
    expect(judgeCell(check)).toBe('disagrees');
    expect(truncationOf(check)).toBeNull();
    const unread = await findings('cell', setup, cellOf('wpe', 7, 0));
    expect(setup.batch.T).toBeLessThanOrEqual(7);
    expect(judgeCell(unread[0])).toBe('unread');
  });

  test('refuses a tensor that the seed does not follow', async () => {
    const seeded = { ...setup, seed: { of: 'token', t: 1 } } as const;
    await expect(findings('cell', seeded, cellOf('loss'))).rejects.toThrow(/^cell: needs a tensor/);
  });

  test('is told by a name, or says what it needs', () => {
    const shapes = { wte: [5, 8], 'layer0.attn_wq': [8, 8], loss: [] };
    const address = { tensor: 'wte', aspect: 'gradient', index: [4, 7] };
    expect(parseCell('wte[4,7]', shapes)).toEqual(address);
    expect(parseCell(' dwte [ 4 , 7 ] ', shapes)).toEqual(address);
    expect(parseCell('loss', shapes)).toEqual({ ...address, tensor: 'loss', index: [] });
    expect(parseCell('wte[5,0]', shapes)).toBe(
      'cell: needs an index inside (5, 8) of wte, got [5,0]'
    );
    expect(parseCell('wte[1]', shapes)).toContain('got [1]');
    expect(parseCell('layer0.attn_w[1,1]', shapes)).toContain('nearest are layer0.attn_wq');
    expect(parseCell('', shapes)).toContain('got nothing');
    expect(parseCell('wte[1,', shapes)).toContain('needs a name and an index');
  });
});

describe('the check of every operation', () => {
  test.each(['step', 'large'] as const)('passes on inputs: %s', async (inputs) => {
    const found = await adjoints({ inputs });
    expect(found.map(({ node }) => node)).toEqual(nodes);
    expect(found.filter(({ passes }) => !passes)).toEqual([]);
  });

  test('draws anew with another seed, and the same for one as among all', async () => {
    const [all, [one], [other]] = await Promise.all([
      adjoints({}),
      adjoints({ nodes: ['layer0.q'] }),
      adjoints({ nodes: ['layer0.q'], draw: 2 })
    ]);
    expect(one).toEqual(all.find(({ node }) => node === 'layer0.q'));
    expect(other.forward).not.toBe(one.forward);
  });

  test.each(bugsAmong(new Set(program.nodes.map(({ operationName }) => operationName))))(
    'points at $operation when “$name” is planted',
    async ({ name, operation, pass }) => {
      const inputs = pass === 'forward' ? 'large' : 'step';
      const failed = (await adjoints({ inputs }, name)).filter(({ passes }) => !passes);
      expect([...new Set(failed.map((found) => found.operation))]).toEqual([operation]);
    }
  );
});

describe('the check of the model', () => {
  const told = { entries: 4, draw: 1 };

  test('passes, parameter by parameter', async () => {
    const found = byParameter(await findings('model', setup, told));
    expect(found.map(({ parameter }) => parameter)).toEqual(program.parameters.map((p) => p.name));
    expect(found.every(({ entries, failed }) => entries === 4 && failed === 0)).toBe(true);
    expect(found.every(({ worst }) => worst === null || worst.error <= worst.allowed)).toBe(true);
  });

  test('finds which parameters a bug spoils', async () => {
    const found = byParameter(await findings('model', setup, told, { bug: 'unscaled scores' }));
    const failed = found.filter((each) => each.failed > 0).map(({ parameter }) => parameter);
    expect(failed).toContain('layer0.attn_wq');
    expect(failed).toContain('layer0.attn_wk');
    expect(failed).not.toContain('layer0.attn_wv');
    expect(failed).not.toContain('lm_head');
    const spoiled = found.find(({ parameter }) => parameter === 'layer0.attn_wq')!;
    expect(spoiled.worst!.verdict).toBe('fails');
  });

  test('leaves out entries beside a kink, and an entry that is no number is the worst', () => {
    const entry = {
      cell: { tensor: 'w', index: 0 },
      error: 1e-9,
      allowed: 1e-8,
      verdict: 'passes'
    };
    const [finding] = byParameter([
      entry,
      { ...entry, error: 1, verdict: 'kink' },
      { ...entry, error: NaN, verdict: 'fails' },
      { ...entry, error: 5e-9 }
    ] as Parameters<typeof byParameter>[0][number][]);
    expect(finding).toMatchObject({ entries: 4, failed: 1, kinked: 1 });
    expect(finding.worst!.error).toBeNaN();
  });
});

test('nothing of the step is changed by checking it', async () => {
  const before = structuredClone(setup);
  await findings('model', setup, { entries: 2, draw: 1 }, { bug: 'forgotten contributions' });
  await findings('cell', setup, cellOf('wte', 0, 0));
  await adjoints({}, 'forgotten residual');
  expect(setup).toEqual(before);
});

test('an unknown bug is refused', () => {
  return expect(adjoints({}, 'none such')).rejects.toThrow('bug: needs one of the table');
});

test('what is left is as quick as what was', () => {
  expect(secondsLeft(0, 10, 0)).toBeNull();
  expect(secondsLeft(5, 20, 1000)).toBe(3);
});
