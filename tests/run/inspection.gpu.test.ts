import { afterEach, describe, expect, test, vi } from 'vitest';
import { buildCorpus } from '$lib/run/corpus';
import { defaultSettings, type Settings } from '$lib/run/settings';
import { stepTolerance } from '$lib/engine/tolerances';
import { Run } from '$lib/state/run.svelte';
import { sampleInspection, sampleQuestions } from './sampleQuestions';

const corpus = buildCorpus('test', 'Test', 'emma\nolivia\nava\nisabella\nsophia\ncharlotte');
const PATIENCE = { timeout: 60_000, interval: 5 };

let run: Run;
afterEach(() => run.close());

async function open(changes: Partial<Settings>): Promise<void> {
  const settings: Settings = { ...defaultSettings, sample_count: 1, num_steps: 120, ...changes };
  run = Run.open({ settings, corpus });
  await vi.waitFor(() => expect(run.snapshot.status).toBe('paused'), PATIENCE);
}

async function train(until: number): Promise<void> {
  run.command({ type: 'run', steps: until - run.snapshot.step });
  const rest = until === 120 ? 'completed' : 'paused';
  await vi.waitFor(
    () => expect(run.snapshot).toMatchObject({ step: until, status: rest }),
    PATIENCE
  );
}

async function switchTo(engine: 'cpu' | 'gpu'): Promise<void> {
  run.command({ type: 'engine', engine });
  await vi.waitFor(() => expect(run.snapshot.engine).toBe(engine), PATIENCE);
}

const ask = (step: number) => run.inspect({ step, values: ['loss', 'wte'], gradients: ['wte'] });

/** Opens a step, and expects the loss that training told, bit for bit, from that engine. */
async function expectExact(step: number, engine: 'cpu' | 'gpu'): Promise<void> {
  const { values, ...told } = await ask(step);
  const loss = run.snapshot.curves.loss[step - 1];
  expect(told).toMatchObject({ step, engine, exact: true, loss, replayedLoss: loss });
  expect(Math.abs(values.loss[0] / loss - 1)).toBeLessThan(stepTolerance.values.error);
}

describe('any step of a run on the GPU', { timeout: 120_000 }, () => {
  test('trained again on another device of the same kind has the same loss, bit for bit', async () => {
    await open({ engine: 'gpu' });
    await train(60);
    for (const step of [60, 1, 33, 34]) await expectExact(step, 'gpu');
    run.command({ type: 'run' });
    const during = await ask(20);
    expect(during).toMatchObject({ engine: 'gpu', exact: true });
    await vi.waitFor(() => expect(run.snapshot.status).toBe('completed'), PATIENCE);
    for (const step of [120, 61, 20]) await expectExact(step, 'gpu');
    expect(run.timeline!.keyframes).toBeGreaterThan(0);
  });

  test('shows again the frame that was recorded, to the last bit', async () => {
    await open({ engine: 'gpu' });
    await train(120);
    const { frames } = run.snapshot;
    for (const frame of [frames[0], frames[Math.floor(frames.length / 2)], frames.at(-1)!]) {
      const { step } = frame;
      const told = await run.inspect({ step, values: [], gradients: [], frame: true });
      expect(told.frame).toEqual(frame);
      const read = { step, document: step, values: [], gradients: [], frame: true };
      const { frame: traced } = await run.inspect(read);
      for (const [t, token] of traced!.tokens.entries()) {
        const { input, target, loss } = frame.tokens[t];
        expect(token).toMatchObject({ input, target });
        expect(Math.abs(token.loss - loss)).toBeLessThan(stepTolerance.values.error * (1 + loss));
      }
    }
  });

  test('is trained again by whoever trained it', async () => {
    await open({ engine: 'cpu' });
    await train(30);
    await switchTo('gpu');
    await train(70);
    await switchTo('cpu');
    await train(90);
    for (const [step, engine] of [
      [30, 'cpu'],
      [31, 'gpu'],
      [70, 'gpu'],
      [71, 'cpu'],
      [90, 'cpu']
    ] as const) {
      await expectExact(step, engine);
    }
  });
});

test('every question, asked while it trains and while it rests, changes no bit of training', async () => {
  const changes = { engine: 'gpu', batch_size: 2 } as const;
  await open(changes);
  await train(40);
  await train(120);
  const alone = run.snapshot.curves;
  run.close();

  await open(changes);
  await train(40);
  const askAll = (step: number) => [
    ...sampleQuestions(step).map((question) => run.ask(question)),
    run.inspect(sampleInspection(step))
  ];
  const atRest = askAll(20);
  run.command({ type: 'run' });
  const during = askAll(33);
  await vi.waitFor(() => expect(run.snapshot.status).toBe('completed'), PATIENCE);
  await Promise.all([...atRest, ...during]);
  expect(run.snapshot.curves).toEqual(alone);
}, 180_000);

test('the backward pass of an opened step comes to what training took, in a batch of documents', async () => {
  await open({ engine: 'gpu', batch_size: 3 });
  await train(12);
  const outline = await run.ask({ kind: 'outline', step: 11, seed: { of: 'loss' } });
  expect(outline).toMatchObject({ engine: 'gpu', exact: true, documents: 3 });
  expect(outline.agreement).toMatchObject({ agrees: true });
}, 120_000);
