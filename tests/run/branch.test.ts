import { beforeAll, describe, expect, test } from 'vitest';
import type { Branch, BranchWish } from '$lib/run/branch';
import { fold } from '$lib/run/fold';
import type { RunRequest } from '$lib/run/protocol';
import { emptySnapshot, type Snapshot } from '$lib/run/snapshot';
import { readTrace, TraceError, writeTrace } from '$lib/run/trace';
import { Lesson } from './inspected';
import { losses, only, perform, smallRequest, whole } from './scenario';

const request = smallRequest({ num_steps: 30, sample_interval: 0 });
const STEP = 11;
const untouched: BranchWish = { edits: [], moments: 'kept' };
const edited: BranchWish = {
  edits: [{ parameter: 'lm_head', row: 1, column: 2, after: 3 }],
  moments: 'kept'
};

let lesson: Lesson;
let parent: Snapshot;
beforeAll(async () => {
  lesson = new Lesson(request);
  await lesson.until('run.started');
  await lesson.until('run.completed', { type: 'run' });
  parent = fold(emptySnapshot, lesson.events);
});

const seed = { of: 'loss' } as const;

/** A run that leaves the first before its eleventh step. */
async function branched(wish: BranchWish): Promise<RunRequest> {
  const state = await lesson.inspector.ask({ kind: 'branchState', step: STEP, seed, wish });
  const before = await lesson.inspector.ask({
    kind: 'branchState',
    step: STEP,
    seed,
    wish: untouched
  });
  const columns = request.settings.n_embd;
  const edits = wish.edits.map(({ after, ...weight }) => {
    const { parameter, row, column } = weight;
    return {
      ...weight,
      before: before.weights[offsetOf(parameter) + row * columns + column],
      after
    };
  });
  const { curves } = parent;
  const { moments } = wish;
  const branch: Branch = { of: 'run 1', step: STEP - 1, edits, moments, state, curves };
  return { ...request, branch };
}

/** wte, wpe and lm_head come first. */
const offsetOf = (parameter: string) =>
  parameter === 'lm_head' ? (parent.vocabulary.length + 4) * request.settings.n_embd : 0;

describe('a branch', () => {
  test('without edits goes on as the run that it left, bit for bit', async () => {
    const { events } = await perform(await branched(untouched), whole);
    expect(losses(events)).toEqual(parent.curves.loss.slice(STEP - 1));
    const snapshot = fold(emptySnapshot, events);
    expect(snapshot.curves).toEqual(parent.curves);
    expect(snapshot).toMatchObject({ step: 30, status: 'completed' });
    expect(snapshot.branch).toMatchObject({ of: 'run 1', step: STEP - 1, edits: [] });
    expect(only(events, 'step.loss')[0].step).toBe(STEP);
  });

  test('with a weight edited goes another way from its first step', async () => {
    const { events } = await perform(await branched(edited), whole);
    const trial = await lesson.inspector.ask({
      kind: 'trial',
      step: STEP,
      seed,
      edits: edited.edits
    });
    const [first] = losses(events);
    expect(trial.before).toBe(parent.curves.loss[STEP - 1]);
    expect(trial.after).toBe(first);
    expect(first).not.toBe(trial.before);
  });

  test('starts its moments at 0 if asked to', async () => {
    const wish: BranchWish = { edits: [], moments: 'zeroed' };
    const { state } = (await branched(wish)).branch!;
    expect(new Set([...state.m, ...state.v])).toEqual(new Set([0]));
    const { events } = await perform(await branched(wish), whole);
    const told = losses(events);
    expect(told[0]).toBe(parent.curves.loss[STEP - 1]);
    expect(told[1]).not.toBe(parent.curves.loss[STEP]);
  });

  test('is reset to where it begins', async () => {
    const { events } = await perform(await branched(edited), [
      [0, { type: 'run', steps: 5 }],
      [20, { type: 'reset' }],
      [21, { type: 'run', steps: 5 }]
    ]);
    expect(only(events, 'run.reset')).toMatchObject([{ step: STEP - 1 }]);
    const [first, again] = [losses(events).slice(0, 5), losses(events).slice(5)];
    expect(again).toEqual(first);
    const afterReset = events.slice(0, events.findIndex(({ type }) => type === 'run.reset') + 1);
    const { curves, step } = fold(emptySnapshot, afterReset);
    expect(step).toBe(STEP - 1);
    expect(curves.loss).toEqual(parent.curves.loss.slice(0, STEP - 1));
  });

  test('opens its own steps again, and sends for those before to the run that it left', async () => {
    const own = new Lesson(await branched(edited));
    await own.until('run.started');
    await own.until('run.completed', { type: 'run' });
    for (const step of [STEP, 17, 30]) {
      const opened = await own.inspect({ step, values: ['lm_head'] });
      expect(opened).toMatchObject({ step, exact: true });
      if (step === STEP) expect(opened.values.lm_head[request.settings.n_embd + 2]).toBe(3);
    }
    await expect(own.inspect({ step: 4 })).rejects.toThrow(
      `inspection: needs a step from ${STEP - 1} to 30, got 4`
    );
  });

  test('refuses weights that are not there or not finite', async () => {
    const ask = (edit: BranchWish['edits'][number]) =>
      lesson.inspector.ask({ kind: 'trial', step: STEP, seed, edits: [edit] });
    const edit = { parameter: 'lm_head', row: 1, column: 2, after: 3 };
    await expect(ask({ ...edit, parameter: 'wq' })).rejects.toThrow(
      'weight: needs a parameter, got wq'
    );
    await expect(ask({ ...edit, column: 4 })).rejects.toThrow(
      'needs a row below 4 and a column below 4 of lm_head, got [1,4]'
    );
    await expect(ask({ ...edit, after: Infinity })).rejects.toThrow(
      'lm_head[1,2]: needs a finite number, got Infinity'
    );
  });
});

describe('the trace of a branch', () => {
  let snapshot: Snapshot;
  let file: string;
  beforeAll(async () => {
    const { events } = await perform(await branched(edited), whole);
    snapshot = fold(emptySnapshot, events);
    file = writeTrace(snapshot, '0.1.0');
  });

  test('says where it comes from, and which weights were edited', () => {
    expect(JSON.parse(file)).toMatchObject({ version: 2, branch: { of: 'run 1', step: 10 } });
    const read = readTrace(file);
    expect(read.branch).toEqual(snapshot.branch);
    expect(read.branch!.edits).toMatchObject(edited.edits);
    expect(read.curves).toEqual(snapshot.curves);
    expect(writeTrace(read, '0.1.0')).toBe(file);
  });

  test('of another run is one that a lab without branches reads', () => {
    expect(JSON.parse(writeTrace(parent, '0.1.0'))).toMatchObject({ version: 1 });
    expect(JSON.parse(writeTrace(parent, '0.1.0'))).not.toHaveProperty('branch');
  });

  test('is refused where it does not fit', () => {
    const branch = snapshot.branch!;
    const forged = (changes: Partial<typeof branch>) =>
      writeTrace({ ...snapshot, branch: { ...branch, ...changes } }, '0.1.0');
    expect(() => readTrace(forged({ step: 31 }))).toThrow(
      new TraceError('trace.branch.step: needs 0 to 30, got 31')
    );
    const [edit] = branch.edits;
    expect(() => readTrace(forged({ edits: [{ ...edit, parameter: 'x' }] }))).toThrow(
      'trace.branch.edits[0].parameter: needs a parameter of the model, got "x"'
    );
    expect(() => readTrace(forged({ edits: [{ ...edit, row: 99 }] }))).toThrow(
      'trace.branch.edits[0].row: needs 0 to 3, got 99'
    );
  });
});
