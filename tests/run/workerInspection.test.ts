import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { macrotasks } from '$lib/run/macrotask';
import { unpackSteps } from '$lib/run/packedSteps';
import { isTerminal, type FromWorker, type ToWorker } from '$lib/run/protocol';
import { WorkerRun } from '$lib/run/workerRun';
import { smallRequest } from './scenario';

type Message<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;

/** What a worker has posted, and what it gave away with it. */
class Mailbox {
  readonly messages: FromWorker[] = [];
  readonly transferred: Transferable[] = [];
  readonly engines: CpuEngine[] = [];
  readonly worker = new WorkerRun(
    {
      open: async (_name, program, adam) => {
        this.engines.push(new CpuEngine(program, adam));
        return this.engines.at(-1)!;
      },
      autoEngine: async () => ({ engine: 'cpu', notice: null }),
      now: () => 0,
      breathe: macrotasks(),
      wait: () => new Promise(() => {})
    },
    (message, transfer) => {
      this.messages.push(message);
      this.transferred.push(...transfer);
    }
  );

  send(...messages: ToWorker[]): void {
    for (const message of messages) this.worker.receive(message);
  }

  of<T extends FromWorker['type']>(type: T): Message<T>[] {
    return this.messages.filter((message): message is Message<T> => message.type === type);
  }

  get ends(): number {
    return this.of('events').flatMap(({ events }) => unpackSteps(events).filter(isTerminal)).length;
  }

  async train(until = 1): Promise<void> {
    this.send({ type: 'command', command: { type: 'run' } });
    await vi.waitFor(() => expect(this.ends).toBe(until));
  }
}

const inspect = (id: number, step: number): ToWorker => ({
  type: 'inspect',
  id,
  request: { step, values: ['probs', 'wte'], gradients: ['wte'] }
});

let mailbox: Mailbox;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  mailbox = new Mailbox();
});
afterEach(() => vi.useRealTimers());

test('a worker answers under the id of the request, and gives its arrays away', async () => {
  mailbox.send({ type: 'open', request: smallRequest() });
  await mailbox.train();
  mailbox.send(inspect(7, 12), inspect(8, 3));
  await vi.waitFor(() => expect(mailbox.of('inspected')).toHaveLength(2));
  const [first, second] = mailbox.of('inspected');
  expect([first.id, second.id]).toEqual([7, 8]);
  expect([first.inspection.step, second.inspection.step]).toEqual([12, 3]);
  const { values, gradients } = first.inspection;
  for (const array of [values.probs, values.wte, gradients.wte]) {
    expect(mailbox.transferred).toContain(array.buffer);
  }
});

test('a worker refuses what it cannot open, and goes on', async () => {
  mailbox.send(inspect(1, 1), { type: 'open', request: smallRequest() });
  await mailbox.train();
  mailbox.send(inspect(2, 13));
  await vi.waitFor(() => expect(mailbox.of('notInspected')).toHaveLength(2));
  expect(mailbox.of('notInspected')).toMatchObject([
    { id: 1, reason: 'inspection: needs an open run, got none', superseded: false },
    { id: 2, reason: 'inspection: needs a step from 0 to 12, got 13', superseded: false }
  ]);
});

test('a worker forgets the steps of a run that is reset after its end', async () => {
  mailbox.send({ type: 'open', request: smallRequest() });
  await mailbox.train();
  mailbox.send({ type: 'command', command: { type: 'reset' } }, inspect(1, 5));
  await vi.waitFor(() => expect(mailbox.of('notInspected')).toHaveLength(1));
  await mailbox.train(2);
  mailbox.send(inspect(2, 5));
  await vi.waitFor(() => expect(mailbox.of('inspected')).toHaveLength(1));
  expect(mailbox.of('inspected')[0].inspection.exact).toBe(true);
});

test('a worker keeps a stream that failed, and is still at work, out of the next', async () => {
  mailbox.send({ type: 'open', request: smallRequest() });
  await vi.waitFor(() => expect(mailbox.engines).toHaveLength(1));
  const [engine] = mailbox.engines;
  const train = engine.train.bind(engine);
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const held = vi.fn((...asked: Parameters<typeof train>) => gate.then(() => train(...asked)));
  engine.train = held;
  mailbox.send({ type: 'command', command: { type: 'run' } });
  await vi.waitFor(() => expect(held).toHaveBeenCalled());
  mailbox.worker.fail('boom');
  mailbox.send({ type: 'command', command: { type: 'reset' } });
  await vi.waitFor(() => expect(mailbox.engines).toHaveLength(2));
  goOn();
  await new Promise((resolve) => setImmediate(resolve));
  mailbox.send(inspect(1, 1));
  await vi.waitFor(() => expect(mailbox.of('notInspected')).toHaveLength(1));
  expect(mailbox.of('notInspected')[0].reason).toMatch('needs a step that is done');
});

test('a worker tells how its timeline stands, at most once a second', async () => {
  mailbox.send({ type: 'open', request: smallRequest({ num_steps: 200, sample_interval: 0 }) });
  await vi.waitFor(() => expect(mailbox.of('timeline')).toHaveLength(1));
  expect(mailbox.of('timeline')[0]).toMatchObject({ keyframes: 1, spacing: 25 });
  await mailbox.train();
  expect(mailbox.of('timeline')).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  expect(mailbox.of('timeline')).toHaveLength(2);
  expect(mailbox.of('timeline')[1]).toMatchObject({ keyframes: 8, spacing: 25 });
  vi.advanceTimersByTime(5000);
  expect(mailbox.of('timeline')).toHaveLength(2);
});
