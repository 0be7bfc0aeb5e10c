import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildCorpus } from '../../src/lib/run/corpus';
import type { RunEvent, RunEventBody, RunRequest } from '../../src/lib/run/protocol';
import { defaultSettings, presetSettings } from '../../src/lib/run/settings';
import { emptySnapshot } from '../../src/lib/run/snapshot';
import { SILENCE } from '../../src/lib/state/heartbeat';
import { Run } from '../../src/lib/state/run.svelte';
import { FakeWorker, stubWorker, TrainingWorker } from './fakeWorker';

const corpus = buildCorpus('json', 'JSON', 'ab\nba\naab');
const request: RunRequest = { settings: { ...defaultSettings, pack: 'json' }, corpus };

beforeEach(() => stubWorker());
afterEach(() => vi.unstubAllGlobals());

let seq = 0;
function event(body: RunEventBody, time = 0): RunEvent {
  seq += 1;
  return { seq, time, ...body };
}

const started = () =>
  event({
    type: 'run.started',
    settings: request.settings,
    corpus: { id: 'json', title: 'JSON', hash: corpus.hash, documents: 3 },
    engine: 'cpu',
    device: 'a test',
    notice: null,
    vocabulary: ['a', 'b', '<BOS>'],
    num_params: 10,
    cut_share: 0
  });

const norms = { embeddings: 1, attention: 1, mlp: 1, lm_head: 1 };
const step = (n: number, time: number) => [
  event({ type: 'step.loss', step: n, loss: 1 }, time),
  event({ type: 'step.backward', step: n, gradient_norms: norms }, time),
  event({ type: 'step.update', step: n, learning_rate: 0.1, update_norms: norms }, time)
];

describe('Run', () => {
  it('opens a worker with its request, then sends the commands', () => {
    const run = Run.open(request);
    run.command({ type: 'step' });
    const [worker] = FakeWorker.all;
    expect(worker.received).toEqual([
      { type: 'open', request },
      { type: 'command', command: { type: 'step' } }
    ]);
    expect(run.snapshot).toBe(emptySnapshot);
    expect(run.readOnly).toBe(false);
  });

  it('has an id of its own', () => {
    expect(Run.open(request).id).not.toBe(Run.open(request).id);
  });

  it('replaces the snapshot once for each message', () => {
    const run = Run.open(request);
    const [worker] = FakeWorker.all;
    worker.tell(
      started(),
      event({ type: 'run.resumed', step: 0, until: 5, delay: 0 }),
      ...step(1, 5)
    );
    const { snapshot } = run;
    expect(snapshot).toMatchObject({ status: 'running', step: 1, until: 5 });
    worker.tell(...step(2, 9));
    expect(run.snapshot.curves.loss).toEqual([1, 1]);
    expect(snapshot.curves.loss).toEqual([1]);
  });

  it('appends what was drawn after the end', () => {
    const run = Run.open(request);
    const sample = {
      type: 'sample.generated',
      step: 1,
      temperature: 1,
      samples: [],
      shares: { valid: null, copied: 0 }
    } as const;
    FakeWorker.all[0].send({ type: 'drawn', sample });
    FakeWorker.all[0].send({ type: 'drawn', sample });
    expect(run.snapshot.samples).toEqual([sample, sample]);
  });

  it.each([
    ['no memory', 'worker: needs to run, got no memory'],
    [undefined, 'worker: needs to run, got no script; reload the page']
  ])('fails with a sentence when its worker breaks: %s', (message, error) => {
    const run = Run.open(request);
    const [worker] = FakeWorker.all;
    worker.tell(started());
    worker.break(message);
    expect(run.snapshot).toMatchObject({ status: 'failed', error, num_params: 10 });
    expect(run.ended).toBe(true);
    expect(worker.isTerminated).toBe(true);
  });

  it('fails when a message cannot be read', () => {
    const run = Run.open(request);
    FakeWorker.all[0].onmessageerror!();
    expect(run.snapshot).toMatchObject({
      status: 'failed',
      error: 'worker: needs readable messages, got one that is not'
    });
  });

  describe('with a worker that falls silent', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('fails with a sentence, and begins anew when it is reset', () => {
      const run = Run.open(request);
      FakeWorker.all[0].tell(started());
      vi.advanceTimersByTime(SILENCE * 1000);
      expect(run.snapshot.status).toBe('paused');
      vi.advanceTimersByTime(10_000);
      expect(run.snapshot).toMatchObject({
        status: 'failed',
        error: `worker: needs to answer, got silence for ${SILENCE} s`
      });
      expect(FakeWorker.all[0].isTerminated).toBe(true);
      run.command({ type: 'reset' });
      FakeWorker.all[1].tell(started());
      expect(run.snapshot).toMatchObject({ status: 'paused', error: null });
    });

    it('waits for one that is at work for long, answers late or has not yet come', () => {
      const [silent, late] = [Run.open(request), Run.open(request)];
      const [, worker] = FakeWorker.all;
      worker.tell(started());
      for (let i = 0; i < 10; i++) {
        vi.advanceTimersByTime(SILENCE * 900);
        worker.send({ type: 'pong' });
      }
      expect([silent, late].map((run) => run.snapshot.status)).toEqual(['opening', 'paused']);
      expect(worker.received.filter(({ type }) => type === 'ping').length).toBeGreaterThan(10);
    });

    it('asks nothing more once it is closed', () => {
      const run = Run.open(request);
      run.close();
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it('stays completed when its worker breaks afterwards, and says so', () => {
    const run = Run.open(request);
    const [worker] = FakeWorker.all;
    worker.tell(started(), event({ type: 'run.completed', step: 1, loss: 1 }));
    worker.break('no memory');
    expect(run.snapshot).toMatchObject({
      status: 'completed',
      error: null,
      notices: ['worker: needs to run, got no memory']
    });
  });

  it('begins anew with another worker when it is reset after its worker broke', () => {
    const run = Run.open(request);
    FakeWorker.all[0].break('no memory');
    run.command({ type: 'step' });
    expect(FakeWorker.all).toHaveLength(1);
    run.command({ type: 'reset' });
    expect(FakeWorker.all).toHaveLength(2);
    expect(FakeWorker.all[1].received).toEqual([{ type: 'open', request }]);
    FakeWorker.all[1].tell(started());
    expect(run.snapshot).toMatchObject({ status: 'paused', error: null });
  });

  it('hears and says nothing once it is closed', () => {
    const run = Run.open(request);
    const [worker] = FakeWorker.all;
    run.close();
    run.close();
    run.command({ type: 'step' });
    run.command({ type: 'reset' });
    worker.tell(started());
    expect(worker.isTerminated).toBe(true);
    expect(worker.commands).toEqual([]);
    expect(FakeWorker.all).toHaveLength(1);
    expect(run.snapshot).toBe(emptySnapshot);
  });

  it('has no worker when it comes from a trace', () => {
    const run = Run.fromTrace({ ...emptySnapshot, status: 'paused' });
    run.command({ type: 'step' });
    run.command({ type: 'reset' });
    run.close();
    expect(run).toMatchObject({ readOnly: true, request: null, cost: null });
    expect(FakeWorker.all).toEqual([]);
  });

  it('notes the speed of each engine, and tells when training rests', () => {
    const rests: unknown[] = [];
    const run = Run.open(request, ({ speeds }) => rests.push(speeds));
    const [worker] = FakeWorker.all;
    run.command({ type: 'run' });
    worker.tell(started(), event({ type: 'run.resumed', step: 0, until: 9, delay: 0 }));
    worker.tell(...step(1, 500), ...step(2, 1000));
    expect(run.speeds).toEqual({ cpu: 2 });
    expect(rests).toEqual([]);
    worker.tell(event({ type: 'run.paused', step: 2 }));
    expect(rests).toEqual([{ cpu: 2 }]);
  });

  it('notes the pace, but no speed, of a run that is slowed down', () => {
    const run = Run.open(request);
    run.command({ type: 'run', delay: 400 });
    FakeWorker.all[0].tell(
      started(),
      event({ type: 'run.resumed', step: 0, until: 9, delay: 400 })
    );
    FakeWorker.all[0].tell(...step(1, 500), ...step(2, 1000));
    expect(run.paces).toEqual({ cpu: 2 });
    expect(run.speeds).toEqual({});
  });

  it('trains for real: to the end, and draws on', async () => {
    stubWorker(TrainingWorker);
    const settings = { ...presetSettings('tiny', request.settings), num_steps: 30 };
    const run = Run.open({ corpus, settings });
    run.command({ type: 'run' });
    await vi.waitFor(() => expect(run.snapshot.status).toBe('completed'), 10_000);
    expect(run.snapshot.curves.loss).toHaveLength(30);
    expect(run.snapshot.num_params).toBe(run.cost!.num_params);
    expect(run.snapshot.cut_share).toBe(run.cost!.cut_share);
    const drawn = run.snapshot.samples.length;
    run.command({ type: 'sample', count: 2 });
    await vi.waitFor(() => expect(run.snapshot.samples).toHaveLength(drawn + 1), 5000);
    expect(run.snapshot.samples.at(-1)!.samples).toHaveLength(2);
  }, 20_000);
});
