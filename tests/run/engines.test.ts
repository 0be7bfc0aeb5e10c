import { afterEach, describe, expect, test, vi } from 'vitest';
import { Engines } from '../../src/lib/run/engines';
import type { TrainerHost } from '../../src/lib/run/host';
import { findings, requestOf, setupAt } from './checks/taskScene';
import { Lesson, PatientHost } from './inspected';
import { only, smallRequest } from './scenario';

/** A host that opens what a page without a GPU opens. */
class PageHost extends PatientHost {
  engines = new Engines(undefined, () => 0);

  override open(...asked: Parameters<TrainerHost['open']>) {
    return this.engines.open(...asked);
  }

  override autoEngine() {
    return this.engines.auto();
  }
}

const neither = 'simd: needs WebAssembly with SIMD, got none';
const notice = `The fast CPU engine cannot be used (${neither}), so the CPU (f64) computes.`;

function withoutSimd(): void {
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
}

afterEach(() => vi.restoreAllMocks());

describe('where neither relaxed nor plain SIMD validates', () => {
  test.each(['simd', 'auto'] as const)('a run on %s is one on the f64 loops', async (engine) => {
    withoutSimd();
    const lesson = new Lesson(smallRequest({ engine }), { host: new PageHost() });
    await lesson.until('run.started');
    await lesson.train(3);
    expect(only(lesson.events, 'run.started')).toMatchObject([
      { engine: 'cpu', device: 'TypeScript, f64', notice }
    ]);
    expect(await lesson.inspect({ step: 2 })).toMatchObject({ engine: 'cpu', exact: true });
  });

  test('a switch to it leaves the f64 loops at work, with a sentence', async () => {
    withoutSimd();
    const lesson = new Lesson(smallRequest({ engine: 'cpu' }), { host: new PageHost() });
    await lesson.until('run.started');
    await lesson.switchTo('simd');
    expect(only(lesson.events, 'engine.changed')).toMatchObject([
      {
        engine: 'cpu',
        notice: `The fast CPU engine cannot be used (${neither}), so the CPU (f64) goes on.`
      }
    ]);
  });

  test('a step that it trained before is opened on the f64 loops, and said to be', async () => {
    const host = new PageHost();
    const lesson = new Lesson(smallRequest({ engine: 'simd' }), { host });
    await lesson.until('run.started');
    await lesson.train(5);
    withoutSimd();
    host.engines = new Engines(undefined, () => 0);
    expect(await lesson.inspect({ step: 4 })).toMatchObject({ engine: 'cpu', exact: false });
  });

  test('a comparison with it ends with the sentence', async () => {
    const request = requestOf();
    const setup = await setupAt(request, 3);
    withoutSimd();
    const engines = new Engines(undefined, () => 0);
    const place = { open: engines.open.bind(engines), now: () => 0 };
    const told = { request, engine: 'simd' } as const;
    await expect(findings('comparison', setup, told, { place })).rejects.toThrow(neither);
  });
});

test('where the kernels compute wrongly, the f64 loops do it, and a sentence tells what is off', async () => {
  const { instantiate } = WebAssembly;
  vi.spyOn(WebAssembly, 'instantiate').mockImplementation(async (module: WebAssembly.Module) => {
    const { exports } = await instantiate(module, {});
    return { exports: { ...exports, relu_forward: exports.relu2_forward } };
  });
  const lesson = new Lesson(smallRequest({ engine: 'simd' }), { host: new PageHost() });
  await lesson.until('run.started');
  const [started] = only(lesson.events, 'run.started');
  expect(started.engine).toBe('cpu');
  expect(started.notice).toMatch(
    /^The fast CPU engine cannot be used \(self-check on WASM, .*: relu y: needs \|Δ\| ≤ .*\), so the CPU \(f64\) computes\.$/
  );
});

test('kernels that compute rightly are checked once and open as simd', async () => {
  const compile = vi.spyOn(WebAssembly, 'compile');
  const host = new PageHost();
  const lesson = new Lesson(smallRequest({ engine: 'simd' }), { host });
  await lesson.until('run.started');
  await lesson.train(3);
  expect(await lesson.inspect({ step: 2 })).toMatchObject({ engine: 'simd', exact: true });
  expect(compile).toHaveBeenCalledTimes(1);
});
