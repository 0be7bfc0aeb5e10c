import { describe, expect, test } from 'vitest';
import type { Inspection, InspectionRequest } from '../../src/lib/run/protocol';
import { OpenedSteps } from '../../src/lib/state/openedSteps.svelte';
import { Playback, type PlayClock } from '../../src/lib/state/playback.svelte';
import { Selection } from '../../src/lib/state/selection.svelte';

/** A clock that moves when somebody waits, and by what each picture costs to draw. */
class TestClock implements PlayClock {
  time = 0;
  drawing = 1;
  onDrawn: () => void = () => {};
  now = () => this.time;
  wait = async (ms: number) => void (this.time += ms);
  drawn = async () => {
    this.time += this.drawing;
    this.onDrawn();
  };
}

class Film {
  readonly clock = new TestClock();
  readonly selection = new Selection();
  readonly playback = new Playback(this.selection, this.clock);
  readonly asked: InspectionRequest[] = [];
  readonly shown: number[] = [];
  readonly times: number[] = [];
  readonly snapshot: { status: string; step: number; frames: { step: number }[] };
  readonly opened: OpenedSteps;
  /** What opening a step does. */
  open: (request: InspectionRequest) => Promise<Inspection> = async ({ step }) =>
    ({ step }) as Inspection;

  constructor(step: number, { status = 'paused', recorded = null as number[] | null } = {}) {
    this.snapshot = { status, step, frames: (recorded ?? []).map((at) => ({ step: at })) };
    this.opened = new OpenedSteps({
      readOnly: recorded !== null,
      done: step,
      inspect: (request) => {
        this.asked.push(request);
        return this.open(request);
      }
    });
    this.clock.onDrawn = () => {
      this.shown.push(this.selection.step!);
      this.times.push(this.clock.time);
    };
  }

  play(): Promise<void> {
    return this.playback.play(this);
  }
}

const upTo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('play learning', () => {
  test('goes from the first step to the newest, one after another, at the chosen rate', async () => {
    const film = new Film(12);
    film.playback.rate = 20;
    await film.play();
    expect(film.shown).toEqual(upTo(2, 12));
    expect(film.asked.map(({ step }) => step)).toEqual(upTo(2, 12));
    expect(film.times.at(-1)! - film.times[0]).toBe(10 * 50);
    expect(film.playback.isPlaying).toBe(false);
    expect(film.selection.step).toBe(12);
  });

  test('goes on from the selected step', async () => {
    const film = new Film(9);
    film.selection.step = 5;
    await film.play();
    expect(film.shown).toEqual([6, 7, 8, 9]);
  });

  test('pauses at once', async () => {
    const film = new Film(100);
    film.clock.drawn = async () => {
      if (film.selection.step === 4) film.playback.toggle(film);
    };
    await film.play();
    expect(film.playback.isPlaying).toBe(false);
    expect(film.selection.step).toBe(4);
  });

  test('goes on from where the reader jumps meanwhile, and ends when the newest is followed', async () => {
    const film = new Film(100);
    let drawn = 0;
    film.clock.onDrawn = () => {
      film.shown.push(film.selection.step!);
      drawn += 1;
      if (drawn === 2) film.selection.step = 50;
      if (drawn === 4) film.selection.follow();
    };
    await film.play();
    expect(film.shown).toEqual([2, 3, 51, 52]);
    expect(film.selection.step).toBeNull();
    expect(film.playback.isPlaying).toBe(false);
  });

  test('leaves out steps, not time, where pictures take long to draw', async () => {
    const film = new Film(400);
    film.playback.rate = 20;
    film.clock.drawing = 200;
    await film.play();
    expect(film.shown.length).toBeLessThan(150);
    expect(film.times.at(-1)!).toBeLessThan(1.5 * 400 * 50);
    expect(film.shown.at(-1)).toBe(400);
  });

  test('follows a run that trains on when it has come to the newest step', async () => {
    const film = new Film(5, { status: 'running' });
    await film.play();
    expect(film.selection.step).toBeNull();
  });

  test('plays the recorded steps of an imported trace, and asks nobody', async () => {
    const film = new Film(30, { recorded: [1, 9, 17, 25, 30] });
    await film.play();
    expect(film.shown).toEqual([9, 17, 25, 30]);
    expect(film.asked).toEqual([]);
  });

  test('reads the same document throughout while it is compared with a step', async () => {
    const film = new Film(4);
    film.selection.compare = 2;
    await film.play();
    expect(film.asked.map(({ step, document }) => [step, document])).toEqual([
      [2, 2],
      [3, 2],
      [4, 2]
    ]);
  });

  test('stops where a step does not open', async () => {
    const film = new Film(10);
    film.open = ({ step }) =>
      step === 4 ? Promise.reject(new Error('no')) : Promise.resolve({ step } as Inspection);
    await film.play();
    expect(film.selection.step).toBe(3);
    expect(film.playback.isPlaying).toBe(false);
  });

  test('does not begin before a step is done', async () => {
    const film = new Film(0);
    await film.play();
    expect(film.selection.step).toBeNull();
    expect(film.playback.isPlaying).toBe(false);
  });
});
