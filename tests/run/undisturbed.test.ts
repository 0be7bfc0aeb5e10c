import { expect, test, vi } from 'vitest';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { unpackSteps } from '$lib/run/packedSteps';
import { isTerminal, type FromWorker, type ToWorker } from '$lib/run/protocol';
import type { RunRequest } from '$lib/run/protocol';
import { WorkerRun } from '$lib/run/workerRun';
import { sampleInspection, sampleQuestions } from './sampleQuestions';
import { smallRequest } from './scenario';

const STEPS = 60;
const request = smallRequest({ num_steps: STEPS, batch_size: 2, n_layer: 2, sample_interval: 20 });

/** A worker that trains a run to its end; whoever listens may ask it meanwhile. */
class Desk {
  readonly messages: FromWorker[] = [];
  /** The first is the one that trains. */
  readonly engines: CpuEngine[] = [];
  onMessage: (message: FromWorker) => void = () => {};
  readonly #worker: WorkerRun;

  constructor(opened: RunRequest) {
    this.#worker = new WorkerRun(
      {
        open: async (_name, program, adam) => {
          this.engines.push(new CpuEngine(program, adam));
          return this.engines.at(-1)!;
        },
        autoEngine: async () => ({ engine: 'cpu', notice: null }),
        now: () => performance.now(),
        breathe: () => new Promise((resolve) => setImmediate(resolve)),
        wait: () => new Promise(() => {})
      },
      (message) => {
        this.messages.push(structuredClone(message));
        this.onMessage(message);
      }
    );
    this.send({ type: 'open', request: opened });
  }

  send(message: ToWorker): void {
    this.#worker.receive(message);
  }

  get isDone(): boolean {
    return this.events.some(isTerminal);
  }

  get events() {
    return this.messages.flatMap((message) =>
      message.type === 'events' ? unpackSteps(message.events) : []
    );
  }

  /** Trains on by so many steps, and waits until that is done. */
  async train(steps: number): Promise<void> {
    const rests = () =>
      this.events.filter((event) => event.type === 'run.paused' || isTerminal(event)).length;
    const before = rests();
    this.send({ type: 'command', command: { type: 'run', steps } });
    await vi.waitFor(() => expect(rests()).toBeGreaterThan(before), 20_000);
  }
}

/** All that training told, and where it ended, as bits. */
async function trained(desk: Desk) {
  const told = desk.events.filter(({ type }) =>
    ['step.loss', 'step.backward', 'step.update', 'sample.generated'].includes(type)
  );
  const { weights, m, v } = await desk.engines[0].save();
  return {
    told: told.map(({ seq: _seq, time: _time, ...event }) => event),
    state: [weights, m, v].map((numbers) => [...new BigInt64Array(numbers.buffer)])
  };
}

test('every question, asked while it trains and while it rests, changes no bit of training', async () => {
  const alone = new Desk(request);
  for (const steps of [20, STEPS]) await alone.train(steps);

  const desk = new Desk(request);
  let asked = 0;
  const askAll = (step: number) => {
    for (const question of sampleQuestions(step)) desk.send({ type: 'ask', id: ++asked, question });
    desk.send({ type: 'inspect', id: ++asked, request: sampleInspection(step) });
  };
  const replies = () => desk.messages.filter((message) => 'id' in message);
  await desk.train(20);
  askAll(7);
  askAll(20);
  let hasAsked = false;
  desk.onMessage = (message) => {
    if (hasAsked || message.type !== 'events') return;
    hasAsked = true;
    askAll(15);
  };
  await desk.train(STEPS);
  await vi.waitFor(() => expect(replies()).toHaveLength(asked), 60_000);
  const refused = replies().filter(({ type }) => type === 'notInspected');
  expect(refused).toEqual([]);
  expect(hasAsked).toBe(true);
  expect(await trained(desk)).toEqual(await trained(alone));
}, 120_000);
