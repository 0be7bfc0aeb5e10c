import { beforeAll, describe, expect, test } from 'vitest';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { compareTraces } from '$lib/engine/checks/traceComparison';
import type { Trace } from '$lib/engine/engine';
import { buildProgram } from '$lib/engine/program';
import type { Job } from '$lib/run/checks/tasks';
import type { TaskPlace } from '$lib/run/checks/twoEngines';
import { Engines } from '$lib/run/engines';
import { Plan } from '$lib/run/plan';
import { adamConfig } from '$lib/run/settings';
import { cpuPlace, findings, requestOf, setupAt } from './taskScene';

const request = requestOf();
let setup: Job['setup'];
let trace: Trace;
beforeAll(async () => {
  setup = await setupAt(request, 20);
  const engine = new CpuEngine(buildProgram(setup.config), adamConfig(request.settings));
  await engine.load(setup.state);
  trace = await engine.trace(setup.batch, { record: true });
});

/** The same, with one number changed by a share of itself. */
function withError(tensor: string, share: number): Trace {
  const spoiled = structuredClone(trace);
  const numbers = spoiled.values.get(tensor)!;
  const largest = numbers.reduce((at, x, i) => (Math.abs(x) > Math.abs(numbers[at]) ? i : at), 0);
  numbers[largest] *= 1 + share;
  return spoiled;
}

function compare(actual: Trace) {
  return compareTraces(buildProgram(setup.config), setup.batch, { expected: trace, actual });
}

describe('two traces', () => {
  test('of one engine are the same, forward and backward, in the order computed', () => {
    const compared = compare(trace);
    const program = buildProgram(setup.config);
    const forward = compared.filter(({ pass }) => pass === 'forward');
    expect(forward.map(({ node }) => node)).toEqual(program.nodes.map(({ name }) => name));
    const inputs = program.nodes.reduce((sum, node) => sum + Object.keys(node.inputs).length, 0);
    expect(compared.length).toBe(program.nodes.length + inputs);
    expect(compared.filter(({ deviation, own }) => deviation.error + own.error !== 0)).toEqual([]);
    expect(compared.every(({ passes }) => passes)).toBe(true);
  });

  test('that differ in one number differ there, and what computed it is beyond its own tolerance', () => {
    const compared = compare(withError('layer0.v', 1e-4));
    const found = compared.find(({ node, pass }) => node === 'layer0.v' && pass === 'forward')!;
    expect(found.passes).toBe(false);
    expect(found.relative).toBeCloseTo(1e-4, 8);
    expect(found.own.share).toBeGreaterThan(1);
    expect(found.own.index).toBe(found.deviation.index);
    expect(found.ulp).toBeGreaterThan(100);
    const before = compared.find(({ node, pass }) => node === 'layer0.k' && pass === 'forward')!;
    expect(before.passes).toBe(true);
  });

  test('rounded to f32 are within tolerance; a masked score counts as the same', () => {
    const rounded = structuredClone(trace);
    const round = (numbers: Float64Array) =>
      numbers.forEach((x, i) => (numbers[i] = Math.fround(x)));
    for (const numbers of rounded.values.values()) round(numbers);
    for (const numbers of rounded.gradients.values()) round(numbers);
    for (const { gradients } of rounded.recording!.nodes) gradients.forEach(round);
    const compared = compare(rounded);
    expect(compared.filter(({ deviation }) => deviation.share > 1)).toEqual([]);
    const masked = compared.find(({ node }) => node === 'layer0.attn_masked')!;
    expect(masked.deviation.error).toBeLessThan(1e-5);
    expect(masked.ulp).toBeLessThanOrEqual(0.5);
  });
});

describe('the comparison of engines', () => {
  test('tells the devices, each tensor, and the times of both', async () => {
    let clock = 0;
    const place = { ...cpuPlace, now: () => (clock += 5) };
    const found = await findings('comparison', setup, { request, engine: 'gpu' }, { place });
    expect(found[0]).toEqual({
      type: 'devices',
      expected: 'TypeScript, f64',
      actual: 'TypeScript, f64'
    });
    const tensors = found.flatMap((each) => (each.type === 'tensor' ? [each.compared] : []));
    expect(tensors.every(({ passes, deviation }) => passes && deviation.error === 0)).toBe(true);
    const times = found.filter((each) => each.type === 'times');
    expect(times.length).toBe(2);
    for (const { times: nodes } of times) {
      expect(nodes.map(({ node }) => node)).toEqual(
        buildProgram(setup.config).nodes.map(({ name }) => name)
      );
      expect(nodes.every(({ forward, backward }) => forward === 5 && backward === 5)).toBe(true);
    }
  });

  test('finds the WASM engine within tolerance, operation by operation', async () => {
    const engines = new Engines(undefined, () => 0);
    let clock = 0;
    const place = { open: engines.open.bind(engines), now: () => (clock += 5) };
    const found = await findings('comparison', setup, { request, engine: 'simd' }, { place });
    const tensors = found.flatMap((each) => (each.type === 'tensor' ? [each.compared] : []));
    expect(tensors.filter(({ passes }) => !passes)).toEqual([]);
    expect(tensors.some(({ deviation }) => deviation.error > 0)).toBe(true);
    expect(found.filter(({ type }) => type === 'times').length).toBe(2);
  });

  test('ends with the sentence of a device that cannot be had', async () => {
    const place: TaskPlace = {
      ...cpuPlace,
      open: () => Promise.reject(new Error('WebGPU: needs a browser that has it, got none'))
    };
    const told = { request, engine: 'gpu' } as const;
    await expect(findings('comparison', setup, told, { place })).rejects.toThrow('WebGPU: needs');
  });
});

describe('engines that run free', () => {
  /** The second engine learns a little faster. */
  const apart: TaskPlace = {
    ...cpuPlace,
    open: (name, program, adam) => {
      const engine = new CpuEngine(program, adam);
      const train = engine.train.bind(engine);
      const speed = name === 'gpu' ? 1 + 1e-6 : 1;
      engine.train = (steps, watch) =>
        train(
          steps.map((step) => ({ ...step, learning_rate: speed * step.learning_rate })),
          watch
        );
      return Promise.resolve(engine);
    }
  };
  const told = { request, engine: 'gpu', steps: 5 } as const;

  test('stay together if they are the same, from the first step or from one that is open', async () => {
    const first = await findings('gaps', setup, { ...told, from: 'start' });
    expect(first.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    expect(first.every(({ largest, relative }) => largest === 0 && relative === 0)).toBe(true);
    const later = await findings('gaps', setup, { ...told, from: 'step', steps: 100 });
    expect(later.map(({ step }) => step)).toEqual(Array.from({ length: 21 }, (_, i) => 20 + i));
  });

  test('tell losses as the run had them, and how far weights drift', async () => {
    const gaps = await findings('gaps', setup, { ...told, from: 'start' }, { place: apart });
    const plan = new Plan(request);
    const engine = new CpuEngine(plan.program, adamConfig(plan.settings));
    const { step, m, v } = plan.initial;
    await engine.load({ step, m, v, weights: plan.initial.weights.map(Math.fround) });
    const { metrics } = await engine.train(plan.steps(0, 5), false);
    expect(gaps.map(({ loss }) => loss.expected)).toEqual(metrics.map(({ loss }) => loss));
    expect(gaps[0].loss.actual).toBe(gaps[0].loss.expected);
    expect(gaps.every(({ largest }) => largest > 0)).toBe(true);
    expect(gaps[4].relative).toBeGreaterThan(gaps[0].relative);
    expect(gaps[4].relative).toBeLessThan(1e-5);
  });
});
