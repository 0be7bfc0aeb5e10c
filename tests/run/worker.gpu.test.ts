import { describe, expect, test } from 'vitest';
import {
  isTerminal,
  type Command,
  type FromWorker,
  type RunEvent,
  type RunRequest,
  type ToWorker
} from '../../src/lib/run/protocol';
import { buildCorpus } from '../../src/lib/run/corpus';
import { unpackSteps } from '../../src/lib/run/packedSteps';
import { defaultSettings, type Settings } from '../../src/lib/run/settings';

const corpus = buildCorpus('test', 'Test', 'emma\nolivia\nava\nisabella\nsophia\ncharlotte');

function requestOf(changes: Partial<Settings>): RunRequest {
  return { settings: { ...defaultSettings, sample_count: 2, ...changes }, corpus };
}

/** A real worker, as the page has it. */
class Run {
  readonly events: RunEvent[] = [];
  /** When each batch came. */
  readonly times: number[] = [];
  readonly #worker = new Worker(new URL('../../src/lib/run/worker.ts', import.meta.url), {
    type: 'module'
  });

  constructor(request: RunRequest) {
    this.#worker.addEventListener('message', ({ data: message }: MessageEvent<FromWorker>) => {
      if (message.type !== 'events') return;
      this.events.push(...unpackSteps(message.events));
      this.times.push(performance.now());
    });
    this.#send({ type: 'open', request });
  }

  command(command: Command): void {
    this.#send({ type: 'command', command });
  }

  async until(holds: (event: RunEvent) => boolean): Promise<RunEvent> {
    for (;;) {
      const event = this.events.find(holds);
      if (event) return event;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  close(): void {
    this.#worker.terminate();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}

const lossesOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'step.loss' ? [event.loss] : []));

describe('the worker', { timeout: 60_000 }, () => {
  test('trains to the end, sending every loss in batches of about a frame', async () => {
    const run = new Run(requestOf({ engine: 'cpu', num_steps: 2000 }));
    run.command({ type: 'run' });
    const ended = await run.until(isTerminal);
    expect(ended).toMatchObject({ type: 'run.completed', step: 2000 });
    expect(lossesOf(run.events)).toHaveLength(2000);
    const trained = run.times.at(-1)! - run.times[0];
    expect(run.times.length).toBeGreaterThan(trained / 100);
    expect(run.times.length).toBeLessThan(trained / 8);
    run.close();
  });

  test('answers a pause within a tenth of a second, in the heaviest run', async () => {
    const heavy = { n_layer: 2, n_embd: 64, block_size: 64, num_steps: 2000 } as const;
    const run = new Run(requestOf({ engine: 'cpu', ...heavy }));
    run.command({ type: 'run' });
    await run.until(({ type }) => type === 'step.loss');
    const asked = performance.now();
    run.command({ type: 'pause' });
    await run.until(({ type }) => type === 'run.paused');
    expect(performance.now() - asked).toBeLessThan(100);
    run.close();
  });

  test('switches to the GPU and back; the losses stay those of the CPU', async () => {
    const settings = { engine: 'cpu', num_steps: 30 } as const;
    const [plain, switched] = [new Run(requestOf(settings)), new Run(requestOf(settings))];
    plain.command({ type: 'run' });
    switched.command({ type: 'run', steps: 10 });
    await switched.until(({ type }) => type === 'run.paused');
    switched.command({ type: 'engine', engine: 'gpu' });
    const changed = await switched.until(({ type }) => type === 'engine.changed');
    expect(changed).toMatchObject({ step: 10, engine: 'gpu', notice: null });
    switched.command({ type: 'run' });
    await Promise.all([plain.until(isTerminal), switched.until(isTerminal)]);
    const [expected, told] = [lossesOf(plain.events), lossesOf(switched.events)];
    expect(told.slice(0, 10)).toEqual(expected.slice(0, 10));
    told.forEach((loss, i) => expect(Math.abs(loss / expected[i] - 1)).toBeLessThan(1e-3));
    expect(told[29]).not.toBe(expected[29]);
    plain.close();
    switched.close();
  });

  test.each([undefined, 'gpu'] as const)(
    'auto prefers the CPU to a software adapter, and says so; measured: %s',
    async (measured) => {
      const run = new Run({ ...requestOf({ engine: 'auto' }), measured });
      const started = await run.until(({ type }) => type === 'run.started');
      if (started.type !== 'run.started') return;
      if (started.engine === 'gpu') expect(started.device).not.toMatch(/software/);
      else expect(started.notice).toMatch(/^The CPU computes/);
      run.close();
    }
  );
});
