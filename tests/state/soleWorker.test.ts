import { beforeEach, expect, it, vi } from 'vitest';
import { SoleWorker } from '../../src/lib/state/soleWorker';
import { FakeWorker } from './fakeWorker';

const taken = vi.fn();
const failed = vi.fn();
let sole: SoleWorker<unknown>;

beforeEach(() => {
  FakeWorker.all = [];
  vi.clearAllMocks();
  sole = new SoleWorker(() => new FakeWorker() as unknown as Worker, taken, failed);
});

it('opens one worker for all that it is sent', () => {
  sole.send('a');
  sole.send('b');
  expect(FakeWorker.all).toHaveLength(1);
  expect(FakeWorker.all[0].received).toEqual(['a', 'b']);
});

it('drops what comes from one that was dismissed, and opens another', () => {
  sole.send('a');
  sole.dismiss();
  sole.send('b');
  const [first, second] = FakeWorker.all;
  expect(first.isTerminated).toBe(true);
  first.send({ type: 'late' } as never);
  first.break('late');
  expect(taken).not.toHaveBeenCalled();
  expect(failed).not.toHaveBeenCalled();
  second.send({ type: 'found' } as never);
  expect(taken).toHaveBeenCalledExactlyOnceWith({ type: 'found' });
});

it('says why one cannot go on, and is ready for another', () => {
  sole.send('a');
  FakeWorker.all[0].break();
  expect(failed).toHaveBeenCalledExactlyOnceWith(
    'worker: needs to run, got no script; reload the page'
  );
  expect(FakeWorker.all[0].isTerminated).toBe(true);
  sole.send('b');
  expect(FakeWorker.all).toHaveLength(2);
});
