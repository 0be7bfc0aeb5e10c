import { beforeAll, describe, expect, test } from 'vitest';
import { BackwardPass } from '$lib/engine/backwardPass';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Trace } from '$lib/engine/engine';
import { Plan } from '$lib/run/plan';
import type { Move, Seed } from '$lib/run/questions';
import { adamConfig } from '$lib/run/settings';
import { Lesson } from './inspected';
import { smallRequest } from './scenario';

const request = smallRequest({ num_steps: 40, sample_interval: 0, batch_size: 2 });
const STEP = 9;
const token: Seed = { of: 'token', t: 1 };
const mean: Seed = { of: 'loss' };

let lesson: Lesson;
beforeAll(async () => {
  lesson = new Lesson(request);
  await lesson.until('run.started');
  await lesson.train(20);
});

/** The step as an engine of its own traces it. */
async function traced(seed: Seed): Promise<{ trace: Trace; plan: Plan; T: number }> {
  const plan = new Plan(request);
  const engine = new CpuEngine(plan.program, adamConfig(plan.settings));
  await engine.load(plan.initial);
  await engine.train(plan.steps(0, STEP - 1), false);
  const [{ batch }] = plan.steps(STEP - 1, 1);
  return { trace: await engine.trace(batch, { seed, record: true }), plan, T: batch.lengths[0] };
}

const at = <S extends Seed>(seed: S) => ({ step: STEP, seed });

describe('an opened step', () => {
  test('tells its operations, its stops, and that training took the same gradients', async () => {
    const outline = await lesson.inspector.ask({ kind: 'outline', ...at(mean) });
    const { plan, T } = await traced(mean);
    expect(outline).toMatchObject({ step: STEP, engine: 'cpu', exact: true, T });
    expect(outline.nodes.map(({ name }) => name)).toEqual(
      plan.program.nodes.map(({ name }) => name)
    );
    expect(outline.nodes[0].formula).toBe(plan.program.nodes[0].operation.formula);
    expect(outline.shapes.probs).toEqual([T, plan.program.config.vocab_size]);
    expect(outline.stops.at(0)?.node).toBe('loss');
    expect(outline.agreement).toMatchObject({ exact: true, numbers: plan.program.num_params });
    expect(structuredClone(outline)).toEqual(outline);
  });

  test('has no gradients of training to compare a token’s with', async () => {
    const outline = await lesson.inspector.ask({ kind: 'outline', ...at(token) });
    expect(outline.agreement).toBeNull();
    expect(outline.stops[0].node).toBe('losses');
  });
});

describe('the numbers of a tensor', () => {
  test('are those of the trace, with the rows of the first document', async () => {
    const { trace, T } = await traced(token);
    const [value] = await lesson.inspector.ask({
      kind: 'tensors',
      ...at(token),
      position: 0,
      tensors: [{ tensor: 'layer0.q', reading: 'value' }]
    });
    const { n_embd } = request.settings;
    expect(value.shape).toEqual([T, n_embd]);
    expect(value.numbers).toEqual(trace.values.get('layer0.q')!.slice(0, T * n_embd));
  });

  test('of a gradient grow stop by stop: none, partial, complete', async () => {
    const { trace, plan } = await traced(token);
    const pass = new BackwardPass(plan.program, trace);
    for (let position = 0; position <= pass.stops.length; position++) {
      const [reading] = await lesson.inspector.ask({
        kind: 'tensors',
        ...at(token),
        position,
        tensors: [{ tensor: 'layer0.attn_wq', reading: 'gradient' }]
      });
      expect(reading.progress).toEqual(pass.progress(position, 'layer0.attn_wq'));
      expect(reading.numbers).toEqual(pass.gradient(position, 'layer0.attn_wq') ?? null);
    }
  });
});

test('an operation tells its kernels, whole, and the bounds it ran with', async () => {
  const ask = (node: string) => lesson.inspector.ask({ kind: 'kernels', ...at(mean), node });
  const { plan } = await traced(mean);
  const [{ batch }] = plan.steps(STEP - 1, 1);
  const kernels = await ask('layer0.q');
  const { n_embd } = request.settings;
  expect(kernels.dims).toEqual({ T: batch.T, n_in: n_embd, n_out: n_embd });
  expect(kernels.forward).toContain('@compute');
  expect(kernels.backward.map((wgsl) => wgsl.split('\n')[0])).toEqual([
    '// linear: dx',
    '// linear: dw'
  ]);
  await expect(ask('layer9.q')).rejects.toThrow('kernels: needs an operation of the step');
});

test('moves go where the backward pass goes', async () => {
  const go = (position: number, move: Move) =>
    lesson.inspector.ask({ kind: 'move', ...at(mean), position, move });
  const { stops } = await lesson.inspector.ask({ kind: 'outline', ...at(mean) });
  expect(await go(0, { to: 'next' })).toEqual({ position: 1, hit: undefined });
  expect(await go(1, { to: 'previous' })).toEqual({ position: 0 });
  expect(await go(0, { to: 'end' })).toEqual({ position: stops.length });
  const { position } = await go(0, { to: 'operation', name: 'logits' });
  expect(stops[position - 1].node).toBe('logits');
  const breakpoints = [{ on: 'magnitude', above: 0 }] as const;
  expect(await go(0, { to: 'next', breakpoints })).toMatchObject({ position: 1, hit: {} });
  expect(await go(0, { to: 'breakpoint', breakpoints })).toMatchObject({
    position: 1,
    hit: { tensor: 'losses' }
  });
});

describe('a number', () => {
  const address = { tensor: 'layer0.attn_wq', aspect: 'gradient', index: [3, 1] } as const;

  test('opens to what made it, and agrees with f64', async () => {
    const { trace } = await traced(token);
    const { stops } = await lesson.inspector.ask({ kind: 'outline', ...at(token) });
    const position = stops.length;
    const opened = await lesson.inspector.ask({ kind: 'number', ...at(token), address, position });
    const { n_embd } = request.settings;
    expect(opened.stored).toBe(trace.gradients.get(address.tensor)![3 * n_embd + 1]);
    expect(opened.standing).toMatchObject({
      value: opened.stored,
      progress: { state: 'complete' }
    });
    const verified = await lesson.inspector.ask({
      kind: 'verify',
      ...at(token),
      address,
      position
    });
    expect(verified).toMatchObject({ stored: opened.stored, ulp: 0, precision: 'f64', done: 1 });
    const [{ node, symbolic, terms }] = opened.contributions;
    expect(node).toBe('layer0.q');
    expect(symbolic[0].left).toBe('dw[3,1]');
    const sizes = terms.map(({ value }) => Math.abs(value));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(terms[0].pieces.find((piece) => piece.address)?.address?.tensor).toBe('layer0.q');
    expect(structuredClone(opened)).toEqual(opened);
  });

  test('that is partial stands as it is at the stop, and is verified by what is done', async () => {
    const shared = { tensor: 'layer0.attn_norm', aspect: 'gradient', index: [0, 2] } as const;
    const { trace, plan } = await traced(token);
    const pass = new BackwardPass(plan.program, trace);
    for (const { number, of } of [
      { number: 0, of: 3 },
      { number: 1, of: 3 },
      { number: 2, of: 3 },
      { number: 3, of: 3 }
    ]) {
      const node = ['', 'layer0.v', 'layer0.k', 'layer0.q'][number];
      const position = pass.stops.findIndex((stop) => stop.node.name === node) + 1;
      const asked = { ...at(token), address: shared, position };
      const opened = await lesson.inspector.ask({ kind: 'number', ...asked });
      const value = pass.gradient(position, shared.tensor)?.[2] ?? null;
      expect(opened.standing).toMatchObject({ value, progress: { done: number, total: of } });
      expect(opened.contributions).toHaveLength(of);
      const verified = await lesson.inspector.ask({ kind: 'verify', ...asked });
      expect(verified.stored).toBe(value ?? opened.stored);
      expect(verified.done).toBe(number === 0 ? of : number);
      expect(Math.abs(verified.difference)).toBeLessThanOrEqual(verified.rounding);
    }
  });

  test('knows its row, in whichever document', async () => {
    const { plan, T } = await traced(mean);
    const [{ batch }] = plan.steps(STEP - 1, 1);
    const row = async (tensor: string, aspect: 'value' | 'batch', index: readonly number[]) => {
      const asked = { ...at(mean), address: { tensor, aspect, index }, position: 0 };
      return (await lesson.inspector.ask({ kind: 'number', ...asked })).row;
    };
    expect(await row('layer0.q', 'value', [1, 0])).toMatchObject({ document: 0, position: 1 });
    expect(await row('layer0.q', 'value', [T + 1, 0])).toEqual({
      document: 1,
      position: 1,
      token: batch.tokens[T + 1],
      target: batch.targets[T + 1]
    });
    expect(await row('tokens', 'batch', [T])).toMatchObject({ document: 1, position: 0 });
    expect(await row('wte', 'value', [1, 0])).toBeNull();
  });

  test('is drawn as a scalar graph', async () => {
    const nodes = await lesson.inspector.ask({ kind: 'scalars', ...at(token), address });
    expect(nodes.at(-1)?.cells).toContainEqual(address);
  });
});

test('what the step does not have is refused in a sentence, and the next question answered', async () => {
  const beyond: Seed = { of: 'token', t: 99 };
  await expect(lesson.inspector.ask({ kind: 'outline', ...at(beyond) })).rejects.toThrow(
    /^seed: needs t from 0 to \d+, got 99$/
  );
  const address = { tensor: 'layer0.q', aspect: 'value', index: [0, 99] } as const;
  await expect(
    lesson.inspector.ask({ kind: 'number', ...at(mean), address, position: 0 })
  ).rejects.toThrow(/^explain: needs an index of layer0\.q/);
  const lost = { kind: 'tensors', ...at(mean), position: 99, tensors: [] } as const;
  await expect(lesson.inspector.ask(lost)).rejects.toThrow('needs a stop from 0 to');
  expect((await lesson.inspector.ask({ kind: 'outline', ...at(mean) })).exact).toBe(true);
});

test('questions change no bit of training', async () => {
  const alone = new Lesson(request);
  await alone.until('run.started');
  await alone.train(30);
  await lesson.train(10);
  const losses = ({ events }: Lesson) =>
    events.flatMap((event) => (event.type === 'step.loss' ? [event.loss] : []));
  expect(losses(lesson)).toEqual(losses(alone));
});
