import { describe, expect, test } from 'vitest';
import type { Engine } from '$lib/engine/engine';
import { Plan } from '$lib/run/plan';
import { Timeline } from '$lib/run/timeline';
import { Lesson, PatientHost } from './inspected';
import { smallRequest } from './scenario';

const request = smallRequest({ num_steps: 60, sample_interval: 0 });

/** A host that knows which of its engines, in the order of their opening, have not been given back. */
function watchfulHost() {
  const engines = new Map<Engine, boolean>();
  const host = new PatientHost({}, (engine) => {
    engines.set(engine, true);
    engine.dispose = () => void engines.set(engine, false);
  });
  return { host, isOpen: () => [...engines.values()] };
}

describe('a request is refused', () => {
  test('for a step that is not done', async () => {
    const lesson = new Lesson(request);
    const before = 'inspection: needs a step that is done, got 1';
    await expect(lesson.inspect({ step: 1 })).rejects.toThrow(before);
    await lesson.until('run.started');
    await lesson.train(5);
    for (const step of [-1, 6, 2.5, NaN]) {
      const reason = `inspection: needs a step from 0 to 5, got ${step}`;
      await expect(lesson.inspect({ step })).rejects.toThrow(reason);
    }
  });

  test('for a name that the program does not have, with the nearest', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(5);
    await expect(lesson.inspect({ step: 1, gradients: ['layer0.atn_wo'] })).rejects.toThrow(
      /^inspection: needs a tensor of the program, got layer0.atn_wo; nearest are layer0.attn_wo, /
    );
  });

  test('when newer ones come: the newest steps are opened, newest first', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(20);
    const order: number[] = [];
    const steps = [1, 2, 3, 4, 5, 6, 7, 8];
    const asked = steps.map((step) => lesson.inspect({ step }).then(() => order.push(step)));
    const answers = await Promise.allSettled(asked);
    expect(order).toEqual([1, 8, 7, 6, 5]);
    const refusals = [2, 3, 4].map((step) => ({
      status: 'rejected',
      reason: { message: `inspection: step ${step} gave way to newer ones`, superseded: true }
    }));
    expect(answers.slice(1, 4)).toMatchObject(refusals);
  });

  test('but not for asking twice for one step', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(20);
    const names = ['probs', 'logits', 'loss', 'emb', 'losses', 'wte', 'wpe'];
    const asked = names.map((name) => lesson.inspect({ step: 9, values: [name] }));
    const answers = await Promise.all(asked);
    expect(answers.map(({ values }) => Object.keys(values))).toEqual(names.map((name) => [name]));
  });

  test('when the run is reset while the step is replayed', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(24);
    const asked = lesson.inspect({ step: 24 });
    lesson.timeline.begin(new Plan(request), 'cpu');
    await expect(asked).rejects.toThrow('got one that was reset');
  });

  test('when the run is reset while the step is traced', async () => {
    const resetInTrace = (engine: Engine) => {
      const trace = engine.trace.bind(engine);
      engine.trace = (batch) => {
        lesson.timeline.begin(new Plan(request), 'cpu');
        return trace(batch);
      };
    };
    const lesson = new Lesson(request, { host: new PatientHost({}, resetInTrace) });
    await lesson.until('run.started');
    await lesson.train(24);
    const asked = { step: 24, values: ['loss'] };
    await expect(lesson.inspect(asked)).rejects.toThrow('got one that was reset');
    await expect(lesson.inspect(asked)).rejects.toThrow('needs a step that is done');
  });

  test('when the inspector is closed, which then gives its engines back', async () => {
    const { host, isOpen } = watchfulHost();
    const lesson = new Lesson(request, { host });
    await lesson.until('run.started');
    await lesson.train(24);
    const asked = [24, 5].map((step) => lesson.inspect({ step }));
    lesson.inspector.close();
    await expect(asked[1]).rejects.toThrow('got one that was reset');
    await expect(lesson.inspect({ step: 5 })).rejects.toThrow('got one that was reset');
    expect((await asked[0]).exact).toBe(true);
    await host.breathe();
    expect(isOpen()).toEqual([true, false]);
  });
});

describe('replays', () => {
  /** Counts the steps that are trained on each engine, in the order in which they are opened. */
  function countingHost() {
    const counts: number[] = [];
    const host = new PatientHost({}, (engine) => {
      const at = counts.push(0) - 1;
      const train = engine.train.bind(engine);
      engine.train = (steps, watch) => {
        counts[at] += steps.length;
        return train(steps, watch);
      };
    });
    return { host, counts };
  }

  test('go on from where the last one ended, and a step just opened is not replayed', async () => {
    const { host, counts } = countingHost();
    const lesson = new Lesson(request, { host });
    await lesson.until('run.started');
    await lesson.train(60 - 1);
    const replayed = async (step: number) => {
      const before = counts[1] ?? 0;
      await lesson.inspect({ step });
      return counts[1] - before;
    };
    expect(await replayed(20)).toBe(20);
    expect(await replayed(21)).toBe(1);
    expect(await replayed(24)).toBe(3);
    expect(await replayed(20)).toBe(0);
    expect(await replayed(22)).toBe(22);
    expect(await replayed(26)).toBe(1);
  });

  test('leave keyframes where training left none, and so are short the next time', async () => {
    const { host, counts } = countingHost();
    const timeline = new Timeline();
    timeline.isDue = () => false;
    const lesson = new Lesson(request, { host, timeline });
    await lesson.until('run.completed', { type: 'run' });
    const told: boolean[] = [];
    for (const step of [60, 1, 59]) told.push((await lesson.inspect({ step })).exact);
    expect(told).toEqual([true, true, true]);
    expect(timeline.summary.keyframes).toBeGreaterThan(1);
    expect(counts[1]).toBeLessThan(60 + 1 + 30);
  });

  test('keep a few steps opened, and no more', async () => {
    const { host, counts } = countingHost();
    const lesson = new Lesson(request, { host });
    await lesson.until('run.started');
    await lesson.train(20);
    for (const step of [1, 2, 3, 4, 1, 5]) await lesson.inspect({ step });
    const before = counts[1];
    await lesson.inspect({ step: 1 });
    expect(counts[1]).toBe(before);
    await lesson.inspect({ step: 2 });
    expect(counts[1]).toBeGreaterThan(before);
  });

  test('hand out arrays of their own', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await lesson.train(2);
    const first = await lesson.inspect({ step: 2, values: ['wte'] });
    first.values.wte.fill(0);
    const second = await lesson.inspect({ step: 2, values: ['wte'] });
    expect(second.values.wte).not.toEqual(first.values.wte);
  });

  test('let commands in', async () => {
    const host = new PatientHost({ tick: 15 });
    const lesson = new Lesson(request, { host });
    await lesson.until('run.started');
    await lesson.train(25);
    const before = host.breaths;
    await lesson.inspect({ step: 25 });
    expect(host.breaths - before).toBeGreaterThan(5);
  });

  test('give their engines back when nobody asks for a while', async () => {
    const { host, isOpen } = watchfulHost();
    const lesson = new Lesson(request, { host });
    await lesson.until('run.started');
    await lesson.train(5);
    await lesson.inspect({ step: 2 });
    await host.breathe();
    const endFirstWait = host.endWait;
    await lesson.inspect({ step: 3 });
    await host.breathe();
    endFirstWait();
    await host.breathe();
    expect(isOpen()).toEqual([true, true]);
    host.endWait();
    await host.breathe();
    expect(isOpen()).toEqual([true, false]);
    expect((await lesson.inspect({ step: 4 })).exact).toBe(true);
  });
});
