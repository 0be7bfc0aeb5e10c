import { beforeAll, describe, expect, test } from 'vitest';
import {
  backOverStage,
  hitAt,
  nextOperation,
  overStage,
  previousOperation,
  toEnd,
  toOperation,
  walk
} from '$lib/engine/backwardControls';
import { BackwardPass } from '$lib/engine/backwardPass';
import { makeBatch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Trace } from '$lib/engine/engine';
import { firstNonFinite } from '$lib/engine/nonFinite';
import type { Program } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import type { Seed } from '$lib/engine/seed';
import { drawModel, encode, smallModel } from './smallModel';

const batch = makeBatch(
  ['cab', 'dad'].map((text) => encode(text)),
  smallModel.block_size
);
const adam = { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 };

async function newEngine(alter: (weights: Float64Array) => void = () => {}) {
  const { program, weights } = drawModel({}, new Random(6));
  alter(weights);
  const engine = new CpuEngine(program, adam);
  const zeros = new Float64Array(weights.length);
  await engine.load({ step: 0, weights, m: zeros, v: zeros });
  return engine;
}

async function open(seed: Seed = { of: 'loss' }) {
  const engine = await newEngine();
  const trace = await engine.trace(batch, { seed, record: true });
  return { program: engine.program, trace, pass: new BackwardPass(engine.program, trace) };
}

describe('a backward pass', () => {
  let program: Program;
  let trace: Trace;
  let pass: BackwardPass;
  beforeAll(async () => {
    ({ program, trace, pass } = await open());
  });
  const after = (name: string) => pass.stops.findIndex(({ node }) => node.name === name) + 1;

  test('needs a recording', () => {
    expect(() => new BackwardPass(program, { ...trace, recording: undefined })).toThrow(
      new RangeError('backward pass: needs a trace with a recording, got none')
    );
  });

  test('begins with the seed and nothing else', () => {
    expect(pass.stopAt(0)).toBeUndefined();
    expect(pass.changed(0).size).toBe(0);
    expect(pass.gradient(0, 'loss')).toEqual(Float64Array.of(1));
    for (const { name } of [...program.parameters, ...program.nodes]) {
      if (name !== 'loss') expect(pass.gradient(0, name), name).toBeUndefined();
      expect(pass.progress(0, name).state).toBe(name === 'loss' ? 'complete' : 'none');
    }
  });

  test('ends with every gradient complete and that of the trace', () => {
    const end = toEnd(pass);
    expect(end).toBe(program.nodes.length);
    for (const { name } of [...program.parameters, ...program.nodes]) {
      expect(pass.progress(end, name).state).toBe('complete');
      expect(pass.gradient(end, name), name).toEqual(trace.gradients.get(name));
    }
  });

  test('an operation runs only when its own gradient is complete', () => {
    pass.stops.forEach(({ node }, i) => {
      expect(pass.progress(i, node.name).state, node.name).toBe('complete');
      expect(pass.gradient(i, node.name)).toEqual(trace.gradients.get(node.name));
    });
  });

  test.each<[string, [stop: string, done: number][]]>([
    [
      'layer0.attn_norm',
      [
        ['layer0.v', 1],
        ['layer0.k', 2],
        ['layer0.q', 3]
      ]
    ],
    [
      'emb_norm',
      [
        ['layer0.attn_residual', 1],
        ['layer0.attn_norm', 2]
      ]
    ],
    ['wte', [['tok_emb', 1]]],
    ['layer0.attn_wq', [['layer0.q', 1]]]
  ])('counts the contributions to %s', (tensor, adders) => {
    const total = adders.length;
    for (const [name, done] of adders) {
      const position = after(name);
      const state = done === total ? 'complete' : 'partial';
      expect(pass.progress(position, tensor)).toEqual({ done, total, state });
      expect(pass.progress(position - 1, tensor).done).toBe(done - 1);
      expect(pass.stopAt(position)!.contributions).toContainEqual({
        tensor,
        number: done,
        of: total
      });
    }
  });

  test('between two contributions a gradient stays as it is', () => {
    const [first, second] = [after('layer0.attn_residual'), after('layer0.attn_norm')];
    for (let position = first; position < second; position++) {
      expect(pass.gradient(position, 'emb_norm')).toBe(pass.gradient(first, 'emb_norm'));
    }
  });

  test('before, after and what was added', () => {
    const residual = pass.changes(after('layer0.attn_residual')).get('emb_norm')!;
    expect(residual.before).toBeUndefined();
    expect(residual.added).toEqual(trace.gradients.get('layer0.attn_residual'));
    expect(residual.after).toEqual(residual.added);
    const norm = pass.changes(after('layer0.attn_norm')).get('emb_norm')!;
    expect(norm.before).toEqual(residual.after);
    expect(norm.after).toEqual(trace.gradients.get('emb_norm'));
    expect(norm.added).toEqual(norm.after.map((d, i) => d - residual.after[i]));
    expect(norm.added.some((d) => d !== 0)).toBe(true);
  });

  test('tells what each rule reads of the forward pass', () => {
    const saved = (name: string) => pass.stopAt(after(name))!.saved;
    expect(saved('loss')).toEqual({});
    expect(saved('losses')).toEqual({ p: 'probs' });
    expect(saved('probs')).toEqual({ y: 'probs' });
    expect(saved('logits')).toEqual({ x: 'layer0.mlp_residual', w: 'lm_head' });
    expect(saved('layer0.attn_residual')).toEqual({});
    expect(saved('layer0.attn_norm')).toEqual({ x: 'emb_norm' });
    expect(saved('tok_emb')).toEqual({});
  });

  describe('is walked', () => {
    const stageOf = (position: number) => pass.stopAt(position)?.node.stage;

    test('by one operation, and back', () => {
      expect(nextOperation(pass, 3)).toBe(4);
      expect(nextOperation(pass, toEnd(pass))).toBe(toEnd(pass));
      expect(previousOperation(pass, 3)).toBe(2);
      expect(previousOperation(pass, 0)).toBe(0);
    });

    test('block by block, from the start and from within', () => {
      const stages = ['loss', 'head', 'layer0.mlp', 'layer0.attention', 'embedding'];
      let position = 0;
      for (const stage of stages) {
        position = overStage(pass, position);
        expect(stageOf(position)).toBe(stage);
        expect(stageOf(position + 1)).not.toBe(stage);
      }
      expect(overStage(pass, position)).toBe(position);
      for (const stage of stages.reverse()) {
        expect(stageOf(position)).toBe(stage);
        position = backOverStage(pass, position);
      }
      expect(position).toBe(0);
      expect(overStage(pass, after('layer0.mlp_out'))).toBe(after('layer0.mlp_norm'));
    });

    test('to an operation by the name of its node or of its kind, each time to the next', () => {
      expect(toOperation(pass, 0, 'layer0.q')).toBe(after('layer0.q'));
      const softmaxes = [toOperation(pass, 0, 'softmax')];
      softmaxes.push(toOperation(pass, softmaxes[0], 'softmax'));
      softmaxes.push(toOperation(pass, softmaxes[1], 'softmax'));
      expect(softmaxes).toEqual([after('probs'), after('layer0.attn_weights'), toEnd(pass)]);
    });

    test('to the first gradient above a value', () => {
      const above = 0.9 * Math.max(...trace.gradients.get('layer0.attn_norm')!.map(Math.abs));
      const { position, hit } = walk(pass, 0, [{ on: 'magnitude', above }]);
      expect(Math.abs(hit!.value!)).toBeGreaterThan(above);
      expect(pass.gradient(position, hit!.tensor!)![hit!.index!]).toBe(hit!.value);
      for (let p = 1; p < position; p++) {
        for (const gradient of pass.changed(p).values()) {
          expect(Math.max(...gradient.map(Math.abs))).toBeLessThanOrEqual(above);
        }
      }
      expect(walk(pass, 0, [{ on: 'magnitude', above: 1e9 }])).toEqual({ position: toEnd(pass) });
    });

    test('to whichever of several breakpoints comes first', () => {
      const [late, early] = ['tok_emb', 'logits'].map(
        (name) => ({ on: 'operation', name }) as const
      );
      expect(walk(pass, 0, [late, early])).toEqual({
        position: after('logits'),
        hit: { breakpoint: early }
      });
      expect(walk(pass, after('logits'), [late, early]).hit).toEqual({ breakpoint: late });
      expect(hitAt(pass, after('probs'), [late, early])).toBeUndefined();
      expect(walk(pass, 0, [])).toEqual({ position: toEnd(pass) });
    });
  });
});

test('a pass from a logit leaves what comes after it apart', async () => {
  const { pass } = await open({ of: 'logit', t: 2, v: 4 });
  expect(pass.stops[0].node.name).toBe('logits');
  expect(pass.progress(0, 'logits')).toEqual({ done: 0, total: 0, state: 'complete' });
  expect(pass.gradient(0, 'logits')!.filter((d) => d !== 0)).toEqual(Float64Array.of(1));
  for (const name of ['probs', 'losses', 'loss']) {
    expect(pass.progress(toEnd(pass), name)).toEqual({ done: 0, total: 0, state: 'none' });
    expect(pass.gradient(toEnd(pass), name)).toBeUndefined();
  }
});

describe('where numbers stop being finite', () => {
  const find = async (alter: (weights: Float64Array) => void, seed?: Seed) => {
    const engine = await newEngine(alter);
    const trace = await engine.trace(batch, { record: true, seed });
    return { trace, program: engine.program, found: firstNonFinite(engine.program, trace) };
  };

  test('nowhere', async () => {
    expect((await find(() => {})).found).toBeUndefined();
  });

  test('in the weights', async () => {
    const { found } = await find((weights) => (weights[41] = NaN));
    expect(found).toEqual({ pass: 'weights', tensor: 'wte', index: 41, value: NaN });
  });

  test('on the way forward', async () => {
    const { parameters } = (await newEngine()).program;
    const [fc1, fc2] = ['layer0.mlp_fc1', 'layer0.mlp_fc2'].map(
      (name) => parameters.find((parameter) => parameter.name === name)!.offset
    );
    // Of the first two hidden units one is positive and 10²⁰⁰ large; times 10²⁰⁰ it is too large for f64.
    const { found } = await find((weights) => {
      weights.fill(1e200, fc1, fc1 + 6);
      weights.fill(-1e200, fc1 + 6, fc1 + 12);
      weights.fill(1e200, fc2 + 24, fc2 + 26);
    });
    const node = 'layer0.mlp_out';
    expect(found).toEqual({ pass: 'forward', tensor: node, index: 1, value: Infinity, node });
  });

  test('on the way back, and a breakpoint stops there', async () => {
    const { trace, program } = await find(() => {});
    trace.recording!.nodes[5].gradients.forEach((gradient) => gradient.fill(Infinity, 3, 4));
    const { node, gradients } = trace.recording!.nodes[5];
    const [tensor] = gradients.keys();
    expect(firstNonFinite(program, trace)).toEqual({
      pass: 'backward',
      tensor,
      index: 3,
      value: Infinity,
      node
    });
    const breakpoint = { on: 'nonFinite' } as const;
    expect(walk(new BackwardPass(program, trace), 0, [breakpoint])).toEqual({
      position: 6,
      hit: { breakpoint, tensor, index: 3, value: Infinity }
    });
  });
});
