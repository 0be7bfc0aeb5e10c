import { describe, expect, test } from 'vitest';
import { CpuEngine } from '../../src/lib/engine/cpu/cpuEngine';
import {
  isTerminal,
  type Command,
  type FromWorker,
  type RunEvent,
  type RunRequest
} from '../../src/lib/run/protocol';
import { unpackSteps } from '../../src/lib/run/packedSteps';
import { WorkerRun, type WorkerPlace } from '../../src/lib/run/workerRun';
import { orderProblem } from './grammar';
import { losses, only, smallRequest } from './scenario';

const place: WorkerPlace = {
  open: async (_name, program, adam) => new CpuEngine(program, adam),
  autoEngine: async () => ({ engine: 'cpu', notice: null }),
  now: () => performance.now(),
  // Node handles up to a thousand messages of a channel before it looks at timers: no place for `macrotasks`.
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms))
};

/** A page's end of a worker: keeps what comes, and waits for what it wants. */
class Page {
  readonly batches: (readonly RunEvent[])[] = [];
  readonly drawn: Extract<FromWorker, { type: 'drawn' }>['sample'][] = [];
  readonly transferred: Transferable[] = [];
  readonly worker: WorkerRun;

  constructor(changes: Partial<WorkerPlace> = {}) {
    this.worker = new WorkerRun({ ...place, ...changes }, (message, transfer) => {
      if (message.type === 'drawn') this.drawn.push(message.sample);
      if (message.type === 'events') this.batches.push(unpackSteps(message.events));
      this.transferred.push(...transfer);
    });
  }

  get events(): RunEvent[] {
    return this.batches.flat();
  }

  open(request: RunRequest = smallRequest()): void {
    this.worker.receive({ type: 'open', request });
  }

  command(...commands: Command[]): void {
    for (const command of commands) this.worker.receive({ type: 'command', command });
  }

  /** Waits until it holds, for at most two seconds. */
  async until(holds: (page: Page) => boolean): Promise<void> {
    for (let i = 0; i < 400 && !holds(this); i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(holds(this)).toBe(true);
  }

  /** The events of the streams that it was sent, each from its run.started on. */
  get streams(): RunEvent[][] {
    const streams: RunEvent[][] = [];
    for (const event of this.events) {
      if (event.seq === 1) streams.push([]);
      streams.at(-1)!.push(event);
    }
    return streams;
  }
}

/** As if nothing had been thinned out. */
const renumbered = (events: readonly RunEvent[]) =>
  events.map((event, i): RunEvent => ({ ...event, seq: i + 1 }));

const hasEnded = (page: Page) => page.events.some(isTerminal);

describe('a run in a worker', () => {
  test('sends its events in order, every step’s numbers among them', async () => {
    const page = new Page();
    page.open(smallRequest({ num_steps: 2000, sample_interval: 0 }));
    page.command({ type: 'run' });
    await page.until(hasEnded);
    const steps = losses(page.events);
    expect(steps).toHaveLength(2000);
    const numbers = page.events.map(({ seq }) => seq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('sends at most one watched step in a batch, the newest, and its buffers with it', async () => {
    const page = new Page();
    page.open(smallRequest({ num_steps: 2000, sample_interval: 0 }));
    page.command({ type: 'step' }, { type: 'step' }, { type: 'run' });
    await page.until(hasEnded);
    for (const batch of page.batches) {
      const frames = only(batch, 'step.attention');
      expect(frames.length).toBeLessThanOrEqual(1);
      expect(only(batch, 'step.forward')).toHaveLength(frames.length);
    }
    const frames = only(page.events, 'step.attention');
    expect(frames.at(-1)!.step).toBe(2000);
    const buffers = frames.map(({ weights }) => weights.buffer);
    expect(page.transferred.filter((buffer) => buffers.includes(buffer as ArrayBuffer))).toEqual(
      buffers
    );
  });

  test('sends what it has while the run idles', async () => {
    const page = new Page();
    page.open();
    await page.until(({ events }) => events.length > 0);
    expect(page.events.map(({ type }) => type)).toEqual(['run.started']);
  });

  test('answers a pause within a tenth of a second', async () => {
    const page = new Page();
    page.open(smallRequest({ n_embd: 64, n_layer: 2, batch_size: 32, num_steps: 2000 }));
    page.command({ type: 'run' });
    await page.until(({ events }) => events.some(({ type }) => type === 'step.loss'));
    const asked = performance.now();
    page.command({ type: 'pause' });
    await page.until(({ events }) => events.some(({ type }) => type === 'run.paused'));
    expect(performance.now() - asked).toBeLessThan(100);
    page.command({ type: 'cancel' });
    await page.until(hasEnded);
  });

  test('after the end: reset starts the stream anew, sample draws, the rest is ignored', async () => {
    const page = new Page();
    page.open();
    page.command({ type: 'run' });
    await page.until(hasEnded);
    page.command(
      { type: 'step' },
      { type: 'run' },
      { type: 'sample', count: 3 },
      { type: 'sample' }
    );
    await page.until(({ drawn }) => drawn.length === 2);
    expect(page.drawn.map(({ samples }) => samples.length)).toEqual([3, 2]);
    expect(page.streams).toHaveLength(1);

    page.command({ type: 'reset' }, { type: 'run' });
    await page.until(({ events }) => events.filter(isTerminal).length === 2);
    const [first, second] = page.streams;
    expect(orderProblem(renumbered(second), 12)).toBeNull();
    expect(losses(second)).toEqual(losses(first));
    expect(second[0]).toMatchObject({ seq: 1, type: 'run.started' });
  });

  test('a second open is ignored', async () => {
    const page = new Page();
    page.open();
    page.open(smallRequest({ seed: '7' }));
    page.command({ type: 'cancel' });
    await page.until(hasEnded);
    expect(page.streams).toHaveLength(1);
    expect(only(page.events, 'run.started')[0].settings.seed).toBe('42');
  });

  test('an error outside of the run ends it, once; reset starts it again', async () => {
    const page = new Page();
    page.open();
    page.command({ type: 'step' });
    await page.until(({ events }) => events.some(({ type }) => type === 'run.paused'));
    page.worker.fail('out of memory');
    page.worker.fail('again');
    expect(page.events.at(-1)).toMatchObject({
      type: 'run.failed',
      step: 1,
      error: 'out of memory',
      seq: page.events.at(-2)!.seq + 1
    });
    page.command({ type: 'sample' }, { type: 'reset' }, { type: 'run' });
    await page.until(({ events }) => events.filter(isTerminal).length === 2);
    expect(page.streams[1].at(-1)).toMatchObject({ type: 'run.completed' });
    expect(page.drawn).toEqual([]);
  });

  test('a ping is answered, also before there is a run', () => {
    const sent: FromWorker[] = [];
    new WorkerRun(place, (message) => sent.push(message)).receive({ type: 'ping' });
    expect(sent).toEqual([{ type: 'pong' }]);
  });
});
