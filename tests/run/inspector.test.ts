import { describe, expect, test } from 'vitest';
import type { Engine, Trace } from '$lib/engine/engine';
import { Plan } from '$lib/run/plan';
import type { Inspection, ReplayProgress, RunRequest } from '$lib/run/protocol';
import { Timeline } from '$lib/run/timeline';
import { allNames, Lesson, PatientHost, undisturbed } from './inspected';
import { losses, smallRequest } from './scenario';

const request = smallRequest({ num_steps: 60, sample_interval: 0 });

/** Room for so many keyframes. */
function timelineOf(places: number, { settings, corpus }: RunRequest = request): Timeline {
  const { weights } = new Plan({ settings, corpus }).initial;
  return new Timeline(places * 3 * weights.byteLength);
}

/** The rows of the first document; parameters and the loss are whole. */
function cut(tensors: Trace['values'], { trace, T }: { trace: Trace; T: number }, all: number) {
  return Object.fromEntries(
    [...tensors].map(([name, numbers]) => {
      const [rows] = trace.shapes.get(name)!;
      const isParameter = /wte|wpe|lm_head|attn_w[qkvo]$|mlp_fc/.test(name);
      return [
        name,
        isParameter || rows !== all ? numbers : numbers.slice(0, (numbers.length / rows) * T)
      ];
    })
  );
}

/** Opens every step, in an order that goes back and forth, and compares every tensor. */
async function expectAsUndisturbed(
  lesson: Lesson,
  told: Awaited<ReturnType<typeof undisturbed>>,
  of: RunRequest = request
): Promise<void> {
  const names = allNames(of);
  const plan = new Plan(of);
  for (let i = 0; i < told.length; i++) {
    const step = ((i * 37) % told.length) + 1;
    const expected = told[step - 1];
    const inspection = await lesson.inspect({ step, values: names, gradients: names });
    const [{ batch }] = plan.steps(step - 1, 1);
    const { values, gradients } = expected.trace;
    expect(inspection.values).toEqual(cut(values, expected, batch.T));
    expect(inspection.gradients).toEqual(cut(gradients, expected, batch.T));
    expect(inspection).toMatchObject({ step, T: expected.T, loss: expected.loss, exact: true });
  }
}

describe('any step of a run, opened again, is bit for bit what it was', () => {
  test('while it pauses', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(40);
    await expectAsUndisturbed(lesson, await undisturbed(request, 40));
  });

  test('with the first of three documents to a step', async () => {
    const three = smallRequest({ num_steps: 30, batch_size: 3, sample_interval: 0 });
    const lesson = new Lesson(three);
    await lesson.until('run.started');
    await lesson.train(20);
    await expectAsUndisturbed(lesson, await undisturbed(three, 20), three);
    const { shapes } = await lesson.inspect({ step: 1, values: ['probs'], gradients: ['wte'] });
    expect(shapes).toEqual({ probs: [4, 4], wte: [4, 4] });
  });

  test('after it is completed', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.completed', { type: 'run' });
    await expectAsUndisturbed(lesson, await undisturbed(request, 60));
  });

  test('after it was reset and trained again', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(30);
    await lesson.inspect({ step: 30 });
    await lesson.until('run.reset', { type: 'reset' });
    await lesson.train(10);
    await expectAsUndisturbed(lesson, await undisturbed(request, 10));
    const reason = 'inspection: needs a step from 0 to 10, got 11';
    await expect(lesson.inspect({ step: 11 })).rejects.toThrow(reason);
  });

  test('after a reset on another engine', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(5);
    expect((await lesson.inspect({ step: 5 })).engine).toBe('cpu');
    await lesson.switchTo('gpu');
    await lesson.until('run.reset', { type: 'reset' });
    await lesson.train(5);
    expect(await lesson.inspect({ step: 5 })).toMatchObject({ engine: 'gpu', exact: true });
  });

  test.each([
    ['keyframes at each change', new Timeline()],
    ['room for the first and one more', timelineOf(2)]
  ])('when engines took turns, with %s', async (_, timeline) => {
    const lesson = new Lesson(request, { timeline });
    await lesson.until('run.started');
    for (const engine of ['gpu', 'cpu', 'gpu'] as const) {
      await lesson.train(7);
      await lesson.switchTo(engine);
    }
    await lesson.train(9);
    const engineOf = (step: number) => ((step > 7 && step <= 14) || step > 21 ? 'gpu' : 'cpu');
    const told = await undisturbed(request, 30, engineOf);
    expect(losses(lesson.events)).toEqual(told.map(({ loss }) => loss));
    await expectAsUndisturbed(lesson, told);
    for (const step of [7, 8, 14, 15, 21, 22]) {
      expect((await lesson.inspect({ step })).engine).toBe(step > 21 ? 'gpu' : engineOf(step));
    }
  });

  test('with hardly any memory', async () => {
    const timeline = timelineOf(3);
    const lesson = new Lesson(request, { timeline });
    await lesson.until('run.completed', { type: 'run' });
    expect(timeline.summary.keyframes).toBeLessThanOrEqual(3);
    await expectAsUndisturbed(lesson, await undisturbed(request, 60));
  });
});

describe('training', () => {
  /** Trains to the end, asking for steps after every few events; tells the events without their times. */
  async function events(asks: boolean, timeline: Timeline) {
    const of = smallRequest({ num_steps: 60, sample_interval: 20 });
    const lesson = new Lesson(of, { timeline });
    const asked: Promise<Inspection>[] = [];
    await lesson.until('run.started');
    await lesson.until('run.resumed', { type: 'run' });
    for (let step = 1; step < 60; step++) {
      await lesson.until('step.update');
      if (asks) asked.push(lesson.inspect({ step: 1 + ((step * 7) % step), values: ['probs'] }));
    }
    await lesson.until('run.completed');
    const answers = await Promise.allSettled(asked);
    const opened = answers.filter(({ status }) => status === 'fulfilled');
    return { told: lesson.events.map((event) => ({ ...event, time: 0 })), opened: opened.length };
  }

  test('is the same, event by event, with a timeline and inspections or without', async () => {
    const alone = await events(false, new Timeline(0));
    const watched = await events(true, new Timeline());
    expect(watched.told).toEqual(alone.told);
    expect(watched.opened).toBeGreaterThan(10);
  });

  test('goes on while a step is opened', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(30);
    const told = await undisturbed(request, 60);
    const asked = [25, 30, 2].map((step) => lesson.inspect({ step, values: ['probs'] }));
    await lesson.until('run.completed', { type: 'run' });
    for (const { step, exact, values } of await Promise.all(asked)) {
      expect(exact).toBe(true);
      expect(values.probs).toEqual(told[step - 1].trace.values.get('probs'));
    }
  });

  test('is never done on the engine that replays', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(20);
    expect(lesson.host.opened).toHaveLength(1);
    await lesson.inspect({ step: 3 });
    await lesson.inspect({ step: 20 });
    expect(lesson.host.opened).toHaveLength(2);
  });
});

describe('a GPU', () => {
  test('that failed leaves its steps to the CPU that trained them again, and says so', async () => {
    const lesson = new Lesson(request, {
      host: new PatientHost({ faults: { step: 41 }, watch: 'every' })
    });
    await lesson.until('run.started');
    await lesson.switchTo('gpu');
    await lesson.train(30);
    await lesson.until('sample.generated', { type: 'sample' });
    await lesson.until('run.completed', { type: 'run' });
    const told = losses(lesson.events);
    for (const [step, engine, exact] of [
      [30, 'gpu', true],
      [40, 'cpu', false],
      [41, 'cpu', true],
      [60, 'cpu', true]
    ] as const) {
      const inspection = await lesson.inspect({ step });
      expect(inspection).toMatchObject({ engine, exact, loss: told[step - 1] });
      expect(inspection.replayedLoss === told[step - 1]).toBe(exact);
    }
  });

  test('that can no longer be had is stood in for by the CPU, and not exactly', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.switchTo('gpu');
    await lesson.train(10);
    lesson.host.isGpuGone = true;
    const inspection = await lesson.inspect({ step: 10, values: ['loss'] });
    expect(inspection).toMatchObject({ engine: 'cpu', exact: false });
    expect(inspection.values.loss[0]).toBe(inspection.replayedLoss);
  });

  test('that fails in a replay is opened anew for the next', async () => {
    let faults = 1;
    const failOnce = (engine: Engine) => {
      const trace = engine.trace.bind(engine);
      engine.trace = (batch) =>
        faults-- > 0 ? Promise.reject(new Error('device: needs luck')) : trace(batch);
    };
    const lesson = new Lesson(request, { host: new PatientHost({}, failOnce) });
    await lesson.until('run.started');
    await lesson.train(10);
    const asked = { step: 5, values: ['loss'] };
    await expect(lesson.inspect(asked)).rejects.toThrow('device: needs luck');
    expect((await lesson.inspect(asked)).exact).toBe(true);
    expect(lesson.host.opened).toHaveLength(3);
  });
});

test('the step at which a run failed can be opened too', async () => {
  const explode = (engine: Engine) => {
    const train = engine.train.bind(engine);
    engine.train = async (steps, watch) => {
      const { metrics, ...rest } = await train(steps, watch);
      return {
        ...rest,
        metrics: metrics.map((m) => (m.step === 7 ? { ...m, loss: NaN } : m))
      };
    };
  };
  const lesson = new Lesson(request, { host: new PatientHost({}, explode) });
  await lesson.until('run.failed', { type: 'run' });
  expect(await lesson.inspect({ step: 7 })).toMatchObject({ loss: NaN, exact: true });
  await expect(lesson.inspect({ step: 8 })).rejects.toThrow('needs a step from 0 to 7, got 8');
});

test('a way that takes long tells how far it has come, and no other does', async () => {
  const told: ReplayProgress[] = [];
  const open = async (tick: number) => {
    const replaying = (progress: ReplayProgress) => told.push(progress);
    const host = Object.assign(new PatientHost({ tick }), { replaying });
    const lesson = new Lesson(request, { host, timeline: new Timeline(0) });
    await lesson.until('run.started');
    await lesson.train(30);
    await lesson.inspect({ step: 20 });
    await lesson.inspect({ step: 23 });
  };
  await open(0.01);
  expect(told).toEqual([]);
  await open(50);
  const [first, second] = [20, 23].map((step) => told.filter((each) => each.step === step));
  expect(first.map(({ done }) => done)).toEqual(Array.from({ length: 19 }, (_, i) => i + 1));
  expect(first.every((each) => each.of === 19)).toBe(true);
  expect(second).toEqual([1, 2].map((done) => ({ step: 23, done, of: 2 })));
});
