import { beforeAll, describe, expect, test } from 'vitest';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { ModelState } from '$lib/engine/engine';
import { Plan } from '$lib/run/plan';
import type { Question } from '$lib/run/questions';
import { adamConfig } from '$lib/run/settings';
import { groupsAndAll, type TokenPart } from '$lib/run/updateQuestions';
import { Lesson } from './inspected';
import { losses, only, smallRequest } from './scenario';

const request = smallRequest({ num_steps: 40, sample_interval: 0 });
const STEP = 9;
const seed = { of: 'loss' } as const;
const at = { step: STEP, seed };

let lesson: Lesson;
beforeAll(async () => {
  lesson = new Lesson(request);
  await lesson.until('run.started');
  await lesson.train(20);
});

interface Trained {
  readonly before: ModelState;
  readonly after: ModelState;
  readonly gradient: Float64Array;
}

/** Each step as an engine of its own trains it, undisturbed. */
async function trained(steps: number): Promise<{ plan: Plan; steps: Trained[] }> {
  const plan = new Plan(request);
  const engine = new CpuEngine(plan.program, adamConfig(plan.settings));
  await engine.load(plan.initial);
  const told: Trained[] = [];
  for (const step of plan.steps(0, steps)) {
    const before = await engine.save();
    await engine.train([step], false);
    told.push({ before, after: await engine.save(), gradient: await engine.lastGradients() });
  }
  return { plan, steps: told };
}

async function allParts(): Promise<TokenPart[]> {
  const { tokens } = await lesson.inspector.ask({ kind: 'update', ...at });
  const parts: TokenPart[] = [];
  while (parts.length < tokens.length) {
    const from = parts.length;
    const more = await lesson.inspector.ask({ kind: 'tokenParts', ...at, from });
    expect(more.length).toBeGreaterThan(0);
    expect(more[0].t).toBe(from);
    parts.push(...more);
  }
  return parts;
}

describe('the update of a step', () => {
  test('is told whole: what it promises, which rows it moved, what it learned from', async () => {
    const told = await lesson.inspector.ask({ kind: 'update', ...at });
    const { plan, steps } = await trained(STEP);
    const { before, after, gradient } = steps[STEP - 1];
    const promised = gradient.reduce(
      (sum, g, i) => sum + g * (after.weights[i] - before.weights[i]),
      0
    );
    expect(told).toMatchObject({ step: STEP, engine: 'cpu', exact: true, overflow: null });
    expect(told.documents).toEqual(plan.documents(STEP));
    expect(told.promised.all).toBeCloseTo(promised, 12);
    const sizes = told.moved.wte.map(({ change }) => change);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(structuredClone(told)).toEqual(told);
  });

  test('is shared among its tokens: their shares sum to 1 in every group', async () => {
    const parts = await allParts();
    const { promised } = await lesson.inspector.ask({ kind: 'update', ...at });
    for (const group of groupsAndAll) {
      expect(parts.reduce((sum, { share }) => sum + share[group], 0)).toBeCloseTo(1, 10);
      const sum = parts.reduce((total, part) => total + part.promised[group], 0);
      expect(sum).toBeCloseTo(promised[group], 12);
    }
  });

  test('tells which tokens pull together', async () => {
    const T = (await allParts()).length;
    const matrix = await lesson.inspector.ask({ kind: 'cosines', ...at, group: 'all' });
    expect(matrix).toHaveLength(T * T);
    for (let t = 0; t < T; t++) expect(matrix[t * T + t]).toBeCloseTo(1, 12);
  });

  test('of any weight is Adam’s formula, bit for bit as training did it', async () => {
    const { plan, steps } = await trained(STEP);
    for (const { name, shape, offset } of plan.program.parameters) {
      const [row, column] = [shape[0] - 1, 1];
      const i = offset + row * shape[1] + column;
      const weight = { parameter: name, row, column };
      const told = await lesson.inspector.ask({ kind: 'weight', ...at, weight });
      const { before, after, gradient } = steps[STEP - 1];
      expect(told).toMatchObject({ exact: true, ulp: 0 });
      expect(told.before).toEqual({
        w: before.weights[i],
        g: gradient[i],
        m: before.m[i],
        v: before.v[i]
      });
      expect(told.trained).toEqual({ w: after.weights[i], m: after.m[i], v: after.v[i] });
      const { update, fromGradient, fromMomentum } = told.explained;
      expect(fromGradient + fromMomentum).toBeCloseTo(update, 15);
    }
  });

  test('has the numbers of a parameter: value, gradient and how far it moved', async () => {
    const { plan, steps } = await trained(STEP);
    const { offset, size } = plan.program.parameters.find(({ name }) => name === 'lm_head')!;
    const { before, after, gradient } = steps[STEP - 1];
    const ask = (reading: 'value' | 'gradient' | 'moved') =>
      lesson.inspector.ask({ kind: 'updateNumbers', ...at, parameter: 'lm_head', reading });
    expect(await ask('value')).toEqual(before.weights.slice(offset, offset + size));
    expect(await ask('gradient')).toEqual(gradient.slice(offset, offset + size));
    const moved = after.weights.map((w, i) => w - before.weights[i]);
    expect(await ask('moved')).toEqual(moved.slice(offset, offset + size));
  });
});

test('a weight’s biography is what it was at every step, in parts', async () => {
  const { plan, steps } = await trained(20);
  const { offset } = plan.program.parameters.find(({ name }) => name === 'lm_head')!;
  const weight = { parameter: 'lm_head', row: 0, column: 2 };
  const asked = { kind: 'biography', step: 20, seed, weight } as const;
  const first = await lesson.inspector.ask({ ...asked, from: 1 });
  expect(first.length).toBeGreaterThan(0);
  const moments = [...first];
  while (moments.length < 20) {
    moments.push(...(await lesson.inspector.ask({ ...asked, from: moments.length + 1 })));
  }
  const i = offset + 2;
  expect(moments).toEqual(
    steps.map(({ before, after, gradient }, s) => ({
      step: s + 1,
      loss: losses(lesson.events)[s],
      value: before.weights[i],
      gradient: gradient[i],
      moved: after.weights[i] - before.weights[i],
      document: plan.documents(s + 1)[0]
    }))
  );
});

describe('predicted against real', () => {
  test('the whole update’s measured change is the loss after − before, on the same batch', async () => {
    const { lines, slice } = await lesson.inspector.ask({ kind: 'ledger', ...at });
    const { plan, steps } = await trained(STEP);
    const engine = new CpuEngine(plan.program, adamConfig(plan.settings));
    const [{ batch }] = plan.steps(STEP - 1, 1);
    await engine.load(steps[STEP - 1].after);
    const after = (await engine.trace(batch)).values.get('loss')![0];
    const all = lines.at(-1)!;
    expect(all.group).toBe('all');
    const before = losses(lesson.events)[STEP - 1];
    expect(all.measured).toBeCloseTo(after - before, 12);
    expect(slice[0].loss).toBe(before);
    expect(slice.map(({ share }) => share)).toContain(1);
  });

  test('over a range of steps it is that of each step', async () => {
    const rows = await lesson.inspector.ask({ kind: 'ledgers', step: STEP, seed, from: STEP - 2 });
    expect(rows[0].step).toBe(STEP - 2);
    const last = await lesson.inspector.ask({ kind: 'ledgers', step: STEP, seed, from: STEP });
    const { lines } = await lesson.inspector.ask({ kind: 'ledger', ...at });
    expect(last).toEqual([{ step: STEP, loss: losses(lesson.events)[STEP - 1], lines }]);
  });
});

test('what is not there is refused in a sentence', async () => {
  const ask = (question: object) => lesson.inspector.ask({ ...at, ...question } as Question);
  await expect(ask({ kind: 'updateNumbers', parameter: 'x', reading: 'value' })).rejects.toThrow(
    'weight: needs a parameter, got x'
  );
  const weight = { parameter: 'wte', row: 99, column: 0 };
  await expect(ask({ kind: 'weight', weight })).rejects.toThrow('got [99,0]');
  await expect(ask({ kind: 'ledgers', from: 0 })).rejects.toThrow(
    'inspection: needs a first step from 1 to 9, got 0'
  );
  await expect(ask({ kind: 'update', step: 21 })).rejects.toThrow('needs a step from 1 to 20');
});

test('none of these questions changes a bit of training', async () => {
  const alone = new Lesson(request);
  await alone.until('run.started');
  await alone.train(30);
  const edits = [{ parameter: 'wte', row: 0, column: 0, after: 5 }];
  await lesson.inspector.ask({ kind: 'trial', ...at, edits });
  await lesson.train(10);
  expect(losses(lesson.events)).toEqual(losses(alone.events));
  const { before, after } = await lesson.inspector.ask({ kind: 'trial', ...at, edits });
  expect(before).toBe(losses(alone.events)[STEP - 1]);
  expect(after).not.toBe(before);
});

describe('a run that fails', () => {
  const wild = smallRequest({
    learning_rate: 1,
    init_std: 1,
    num_steps: 200,
    lr_schedule: 'constant'
  });
  let failed: Lesson;
  beforeAll(async () => {
    failed = new Lesson(wild);
    await failed.until('run.started');
    await failed.until('run.failed', { type: 'run' });
  });

  test('is opened at the step that failed, at the first number that is not finite', async () => {
    const [{ step, error }] = only(failed.events, 'run.failed');
    expect(error).toContain(`at step ${step + 1}`);
    const found = await failed.inspector.ask({ kind: 'arising', step: step + 1, seed });
    expect(found).toMatchObject({ pass: 'forward', node: 'losses', value: Infinity });
    const { address } = found!;
    const { n_embd } = wild.settings;
    expect(address.index).toHaveLength(1);
    expect(n_embd).toBe(4);
    const opened = await failed.inspect({ step: step + 1, values: ['losses', 'probs'] });
    expect(opened.values.losses[address.index[0]]).toBe(Infinity);
    expect([...opened.values.probs].every(Number.isFinite)).toBe(true);
  });

  test('has nothing to open at the steps before', async () => {
    const [{ step }] = only(failed.events, 'run.failed');
    expect(await failed.inspector.ask({ kind: 'arising', step, seed })).toBeNull();
  });
});
