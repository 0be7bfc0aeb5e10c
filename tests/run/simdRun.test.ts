import { describe, expect, test } from 'vitest';
import { SimdEngine } from '../../src/lib/engine/simd/simdEngine';
import type { RunEvent } from '../../src/lib/run/protocol';
import { Lesson, PatientHost } from './inspected';
import { perform, smallRequest } from './scenario';

const request = smallRequest({ engine: 'simd', num_steps: 40, sample_interval: 0 });
const hasSimd = true;

function only<T extends RunEvent['type']>(events: readonly RunEvent[], type: T) {
  return events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}

const losses = (events: readonly RunEvent[]) => only(events, 'step.loss').map(({ loss }) => loss);

describe('a run on simd', () => {
  test('is the same again, watched or not, and near to that of the reference', async () => {
    const whole = [[0, { type: 'run' }]] as const;
    const { events } = await perform(request, whole, { hasSimd });
    const again = await perform(request, whole, { hasSimd, watch: 'every' });
    expect(only(events, 'run.started')).toMatchObject([{ engine: 'simd', notice: null }]);
    expect(losses(again.events)).toEqual(losses(events));
    const reference = await perform(smallRequest({ ...request.settings, engine: 'cpu' }), whole);
    expect(losses(events)).toHaveLength(40);
    losses(reference.events).forEach((loss, i) => expect(losses(events)[i]).toBeCloseTo(loss, 5));
  });

  test('opens its steps again bit for bit, and verifies numbers in f32', async () => {
    const lesson = new Lesson(request, { host: new PatientHost({ hasSimd }) });
    await lesson.until('run.started');
    await lesson.train(30);
    for (const step of [30, 1, 17]) {
      expect(await lesson.inspect({ step })).toMatchObject({ engine: 'simd', exact: true });
    }
    const address = { tensor: 'layer0.attn_wq', aspect: 'gradient', index: [3, 1] } as const;
    const at = { step: 17, seed: { of: 'loss' } } as const;
    const { stops } = await lesson.inspector.ask({ kind: 'outline', ...at });
    const asked = { ...at, address, position: stops.length };
    const verified = await lesson.inspector.ask({ kind: 'verify', ...asked });
    expect(verified.precision).toBe('f32');
    expect(verified.stored).not.toBe(0);
    expect(Math.abs(verified.difference)).toBeLessThanOrEqual(verified.rounding);
  });

  test('stands in for a GPU that is lost, with a sentence', async () => {
    const onGpu = smallRequest({ engine: 'gpu', num_steps: 40, sample_interval: 0 });
    const around = { hasSimd, faults: { step: 25 }, tick: 0.05 };
    const { events, host } = await perform(onGpu, [[0, { type: 'run' }]], around);
    const [changed] = only(events, 'engine.changed');
    expect(changed.engine).toBe('simd');
    expect(changed.notice).toMatch(/^The GPU failed \(.*\), so the CPU goes on from step \d+\.$/);
    expect(losses(events)).toHaveLength(40);
    expect(host.opened.some((engine) => engine instanceof SimdEngine)).toBe(true);
  });

  test('falls to the f64 loops where there is no WASM SIMD, with a sentence', async () => {
    const { events } = await perform(request, [[0, { type: 'run' }]]);
    expect(only(events, 'run.started')).toMatchObject([
      {
        engine: 'cpu',
        notice:
          'The fast CPU engine cannot be used (simd: needs WebAssembly with SIMD, got none), so the CPU (f64) computes.'
      }
    ]);
    expect(losses(events)).toHaveLength(40);
  });
});
