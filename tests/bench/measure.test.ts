import { expect, test } from 'vitest';
import { always, Contestant } from '../../bench/measure';
import type { Peer } from '../../bench/peers/peer';
import { rowOf } from '../../bench/entries';
import { notesOf, strangers, type Row } from '../../bench/table';

/** A peer whose loss after a step is that step, and whose clock runs only while it trains. */
class Counting implements Peer {
  readonly device = 'counting';
  readonly calls: (readonly [done: number, count: number])[] = [];
  time = 0;
  readonly #ms: number;
  readonly comparedUntil: number | undefined;

  constructor(ms: number, comparedUntil?: number) {
    this.#ms = ms;
    this.comparedUntil = comparedUntil;
  }

  async train(done: number, count: number): Promise<number> {
    this.calls.push([done, count]);
    this.time += this.#ms * count;
    return done + count;
  }

  contestant(stride: number): Contestant {
    return new Contestant(this, always(stride), () => this.time);
  }
}

test('warms up over 20 steps, each trained once, and tells the losses where peers are compared', async () => {
  const peer = new Counting(10);
  const { losses, firstStep, isSlow } = await peer.contestant(16).warmUp();
  expect(losses).toEqual({ 1: 1, 2: 2, 5: 5, 20: 20 });
  expect([firstStep, isSlow]).toEqual([10, false]);
  const trained = peer.calls.flatMap(([done, count]) =>
    Array.from({ length: count }, (_, i) => done + i)
  );
  expect(trained).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('a slow peer stops after five steps, one that is not compared after two', async () => {
  const slow = await new Counting(2001).contestant(16).warmUp();
  expect(slow).toMatchObject({ isSlow: true, losses: { 1: 1, 2: 2, 5: 5 } });
  const apart = new Counting(10, 1);
  expect((await apart.contestant(4).warmUp()).losses).toEqual({ 1: 1 });
  expect(apart.calls).toEqual([
    [0, 1],
    [1, 1]
  ]);
});

test('a round goes on from the last step, for as long as it was told', async () => {
  const peer = new Counting(10);
  const contestant = peer.contestant(4);
  await contestant.warmUp();
  peer.calls.length = 0;
  expect(await contestant.round(90)).toBe(10);
  expect(peer.calls).toEqual([
    [20, 4],
    [24, 4],
    [28, 4]
  ]);
});

const row = (losses: Row['losses'], isSlow = false) =>
  rowOf({ workload: 'W1', name: 'a peer' }, 1, { losses, isSlow });

test('a loss that is not that of the first row is found, at any step that both have', () => {
  const first = row({ 1: 3, 5: 2, 20: 1 });
  const near = row({ 1: 3.0005, 5: 2 });
  const far = row({ 1: 3, 5: 2.002, 20: 1 });
  const nan = row({ 1: NaN });
  expect(strangers([first, near, far, nan, row({})])).toEqual([far, nan]);
});

test('on max, where rounding grows fast, losses are compared up to step 5', () => {
  const onMax = (losses: Row['losses']): Row => ({ ...row(losses), workload: 'max' });
  const [first, late, early] = [
    { 5: 1, 20: 1 },
    { 5: 1, 20: 1.1 },
    { 5: 1.1, 20: 1 }
  ].map(onMax);
  expect(strangers([first, late, early])).toEqual([early]);
});

test('says what is less than usual about a row', () => {
  expect(notesOf(row({ 1: 3, 20: 1 }))).toEqual([]);
  expect(notesOf(row({ 1: 3, 5: 2 }, true))).toEqual([
    'slow: 3 rounds of one step, loss compared at step 5'
  ]);
  expect(notesOf(row({ 1: 3 }))).toEqual(['compared at step 1 only']);
  expect(notesOf(row({}))).toEqual(['its loss is not compared']);
});
