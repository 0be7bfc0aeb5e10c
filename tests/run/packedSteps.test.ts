import { describe, expect, test } from 'vitest';
import { packSteps, unpackSteps } from '$lib/run/packedSteps';
import type { RunEvent, RunEventBody } from '$lib/run/protocol';

const norms = (x: number) => ({ embeddings: x, attention: x + 1, mlp: x + 2, lm_head: x + 3 });

/** What a step tells that nobody watches. */
function plain(step: number): RunEventBody[] {
  return [
    { type: 'step.loss', step, loss: 1 / step },
    { type: 'step.backward', step, gradient_norms: norms(step) },
    { type: 'step.update', step, learning_rate: step / 7, update_norms: norms(-step) }
  ];
}

function watched(step: number): RunEventBody[] {
  const forward = { type: 'step.forward', step, document: 'ab', tokens: [] } as const;
  const weights = new Float64Array([step]);
  const attention = { type: 'step.attention', step, n_layer: 1, n_head: 1, T: 1, weights } as const;
  return [forward, attention, ...plain(step)];
}

const numbered = (bodies: readonly RunEventBody[]) =>
  bodies.map((body, i): RunEvent => ({ seq: i + 5, time: 2, ...body }));

describe('steps of which only numbers are told', () => {
  test('cross in one array, and are the same events again', () => {
    const events = numbered([1, 2, 3].flatMap(plain));
    const packed = packSteps(events);
    expect(packed).toMatchObject([{ type: 'steps', seq: 5, step: 1 }]);
    expect(unpackSteps(structuredClone(packed))).toEqual(events);
  });

  test('stay in order among all that happens', () => {
    const times = { forward: {}, backward: {}, steps: 1 } as never;
    const timed = plain(8).map((body) => (body.type === 'step.update' ? { ...body, times } : body));
    const events = numbered([
      { type: 'run.resumed', step: 0, until: 9, delay: 0 },
      ...[1, 2].flatMap(plain),
      ...watched(3),
      ...plain(4),
      { type: 'run.reset', step: 0 },
      ...[1, 2].flatMap(plain),
      ...timed,
      { type: 'run.completed', step: 9, loss: 1 }
    ]);
    const packed = packSteps(events);
    expect(packed.filter(({ type }) => type === 'steps')).toHaveLength(3);
    expect(unpackSteps(packed)).toEqual(events);
  });

  test('are not put together over a gap, nor half a step', () => {
    const [first, second, third] = [plain(1), plain(2), plain(4)].map(numbered);
    const apart = [...first, ...second, ...third, third[0], ...third.slice(0, 2)];
    expect(unpackSteps(packSteps(apart))).toEqual(apart);
    const late = first.map((event, i) => ({ ...event, time: i }));
    expect(packSteps(late)).toEqual(late);
  });
});
