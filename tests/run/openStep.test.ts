import { describe, expect, test } from 'vitest';
import type { Engine } from '$lib/engine/engine';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { makeBatch } from '$lib/engine/batch';
import { groupNorms } from '$lib/engine/metrics';
import { fold } from '$lib/run/fold';
import { Plan } from '$lib/run/plan';
import { adamConfig } from '$lib/run/settings';
import { emptySnapshot, type RecordedFrame } from '$lib/run/snapshot';
import { Lesson, PatientHost } from './inspected';
import { smallRequest } from './scenario';

const request = smallRequest({ num_steps: 60, sample_interval: 0, batch_size: 2 });

/** A lesson whose every step is watched, and the frames that it has told. */
async function watchedLesson(steps: number) {
  const lesson = new Lesson(request, { host: new PatientHost({ watch: 'every' }) });
  await lesson.until('run.started');
  await lesson.train(steps);
  const { frames } = fold(emptySnapshot, lesson.events);
  return { lesson, frames };
}

/** Counts the traces of every engine. */
function countingHost() {
  const counts = { traces: 0, steps: 0 };
  const host = new PatientHost({}, (engine: Engine) => {
    const [trace, train] = [engine.trace.bind(engine), engine.train.bind(engine)];
    engine.trace = (...asked) => (counts.traces++, trace(...asked));
    engine.train = (steps, watch) => ((counts.steps += steps.length), train(steps, watch));
  });
  return { host, counts };
}

describe('the frame of an opened step', () => {
  test('is the one that was recorded when it was trained, bit for bit', async () => {
    const { lesson, frames } = await watchedLesson(40);
    expect(frames).toHaveLength(40);
    for (const step of [17, 40, 1, 18]) {
      const opened = await lesson.inspect({ step, frame: true });
      expect(opened.frame).toEqual(frames[step - 1]);
      expect(opened).toMatchObject({ exact: true, values: {}, gradients: {} });
    }
    expect((await lesson.inspect({ step: 17 })).frame).toBeUndefined();
  });

  test('comes with tensors if they are asked for too, and is the same', async () => {
    const { lesson, frames } = await watchedLesson(20);
    const asked = { step: 12, values: ['losses'], gradients: ['wte'], frame: true };
    const { frame, values, gradients } = await lesson.inspect(asked);
    expect(frame).toEqual(frames[11]);
    expect(Array.from(values.losses)).toEqual(frame!.tokens.map(({ loss }) => loss));
    expect(gradients.wte.some((x) => x !== 0)).toBe(true);
  });

  test('is handed out as a copy', async () => {
    const { lesson, frames } = await watchedLesson(5);
    const first = await lesson.inspect({ step: 3, frame: true });
    first.frame!.attention!.weights.fill(0);
    const second = await lesson.inspect({ step: 3, frame: true });
    expect(second.frame).toEqual(frames[2]);
  });

  test('costs no trace, and one step after another costs one step each', async () => {
    const { host, counts } = countingHost();
    const lesson = new Lesson(request, { host });
    await lesson.until('run.started');
    await lesson.train(50);
    await lesson.inspect({ step: 10, frame: true });
    const before = counts.steps;
    for (let step = 11; step <= 24; step++) await lesson.inspect({ step, frame: true });
    expect(counts.steps - before).toBe(14);
    expect(counts.traces).toBe(0);
    await lesson.inspect({ step: 24, values: ['loss'] });
    expect(counts.traces).toBe(1);
    await lesson.inspect({ step: 24, frame: true });
    expect(counts.traces).toBe(1);
  });
});

describe('step 0', () => {
  test('is what the first step finds: the initial weights, and nothing trained', async () => {
    const { lesson, frames } = await watchedLesson(3);
    const told = await lesson.inspect({ step: 0, frame: true, values: ['wte'] });
    expect(told).toMatchObject({ step: 0, exact: true, frame: { ...frames[0], step: 0 } });
    const { program, initial } = new Plan(request);
    const { offset, size } = program.parameters.find(({ name }) => name === 'wte')!;
    expect(told.values.wte).toEqual(initial.weights.slice(offset, offset + size));
  });

  test('is not there before the first step is done', async () => {
    const lesson = new Lesson(request);
    await lesson.until('run.started');
    await expect(lesson.inspect({ step: 0 })).rejects.toThrow('needs a step that is done, got 0');
  });
});

describe('the document of one step, read with the weights of another', () => {
  /** The weights before a step, as plain training leaves them. */
  async function weightsBefore(step: number) {
    const plan = new Plan(request);
    const engine = new CpuEngine(plan.program, adamConfig(plan.settings));
    await engine.load(plan.initial);
    await engine.train(plan.steps(0, step - 1), false);
    return { plan, engine };
  }

  async function expected(step: number, document: number) {
    const { plan, engine } = await weightsBefore(step);
    const ids = plan.tokenizer.encode(plan.documents(document)[0]);
    const batch = makeBatch([ids], plan.settings.block_size);
    const { values } = await engine.trace(batch);
    const { weights } = await engine.save();
    return { losses: Array.from(values.get('losses')!), norms: groupNorms(plan.program, weights) };
  }

  const lossesOf = (frame?: RecordedFrame) => frame!.tokens.map(({ loss }) => loss);

  test.each([
    [30, 7],
    [7, 30],
    [7, 7],
    [0, 7]
  ])('weights of step %i, document of step %i', async (step, document) => {
    const { lesson, frames } = await watchedLesson(40);
    const told = await lesson.inspect({ step, document, frame: true });
    const { losses, norms } = await expected(Math.max(step, 1), document);
    expect(told).toMatchObject({ step, exact: true, weight_norms: norms });
    expect(lossesOf(told.frame)).toEqual(losses);
    expect(told.frame).toMatchObject({ step, document: frames[document - 1].document });
    if (step === document) expect(told.frame).toEqual(frames[step - 1]);
  });

  test('must be one that is done', async () => {
    const { lesson } = await watchedLesson(5);
    const reason = 'inspection: needs a step from 0 to 5, got 9';
    await expect(lesson.inspect({ step: 2, document: 9 })).rejects.toThrow(reason);
  });
});
