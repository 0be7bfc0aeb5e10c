import { describe, expect, test } from 'vitest';
import type { Inspection, InspectionRequest } from '../../src/lib/run/protocol';
import { InquiryError } from '../../src/lib/state/inquiries';
import { OpenedSteps } from '../../src/lib/state/openedSteps.svelte';

/** A run that opens a step when it is told to. */
class SlowRun {
  readOnly = false;
  done = 100;
  readonly asked: InspectionRequest[] = [];
  #answers: { resolve: (told: Inspection) => void; reject: (error: Error) => void }[] = [];

  inspect(request: InspectionRequest): Promise<Inspection> {
    this.asked.push(request);
    return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
  }

  /** Answers what was asked for last, and lets the answer arrive. */
  async answer(): Promise<void> {
    const { step, values, gradients } = this.asked.at(-1)!;
    const tensors = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, new Float64Array(1)]));
    const told = { step, values: tensors(values), gradients: tensors(gradients) };
    this.#answers.at(-1)!.resolve(told as Inspection);
    await settle();
  }

  async refuse(error: Error): Promise<void> {
    this.#answers.at(-1)!.reject(error);
    await settle();
  }

  get steps() {
    return this.asked.map(({ step }) => step);
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

function opening() {
  const run = new SlowRun();
  return { run, opened: new OpenedSteps(run) };
}

describe('a step that is wished for', () => {
  test('is opened with its frame, and kept', async () => {
    const { run, opened } = opening();
    opened.wish([{ step: 5 }]);
    expect(run.asked).toEqual([
      { step: 5, document: undefined, values: [], gradients: [], frame: true }
    ]);
    expect(opened.find({ step: 5 })).toBeUndefined();
    await run.answer();
    expect(opened.find({ step: 5 })?.step).toBe(5);
    opened.wish([{ step: 5 }]);
    expect(run.steps).toEqual([5]);
    expect(opened.openingTime).toBeGreaterThanOrEqual(0);
  });

  test('gives way to newer wishes: of those made meanwhile only the last are opened', async () => {
    const { run, opened } = opening();
    for (const step of [1, 2, 3, 4]) opened.wish([{ step }]);
    await run.answer();
    await run.answer();
    expect(run.steps).toEqual([1, 4]);
    expect(opened.find({ step: 4 })?.step).toBe(4);
  });

  test('comes before what is wished for after it', async () => {
    const { run, opened } = opening();
    opened.wish([{ step: 7 }, { step: 3, document: 3 }, { step: 7, document: 3 }]);
    for (let i = 0; i < 3; i++) await run.answer();
    expect(run.asked.map(({ step, document }) => [step, document])).toEqual([
      [7, undefined],
      [3, 3],
      [7, 3]
    ]);
    expect(opened.find({ step: 7, document: 3 })).not.toBe(opened.find({ step: 7 }));
    expect(opened.newest(3)?.step).toBe(7);
    expect(opened.newest(7)).toBeUndefined();
  });

  test('must be done', () => {
    const { run, opened } = opening();
    opened.wish([{ step: 101 }, { step: 1, document: 101 }]);
    run.done = 0;
    opened.wish([{ step: 0 }]);
    expect(run.asked).toEqual([]);
  });

  test('is refused once, in a sentence, unless it only gave way', async () => {
    const { run, opened } = opening();
    opened.wish([{ step: 1 }]);
    await run.refuse(new InquiryError('inspection: gave way', true));
    expect(opened.refusal).toBeNull();
    opened.wish([{ step: 2 }, { step: 3 }]);
    await run.refuse(new InquiryError('inspection: needs luck, got none'));
    expect(opened.refusal).toBe('inspection: needs luck, got none');
    expect(run.steps).toEqual([1, 2, 3]);
    opened.wish([{ step: 2 }, { step: 3 }]);
    expect(run.steps).toEqual([1, 2, 3]);
    opened.wish([{ step: 2 }]);
    expect(opened.refusal).toBeNull();
  });

  test('is forgotten when the run is reset', async () => {
    const { run, opened } = opening();
    opened.wish([{ step: 5 }]);
    await run.answer();
    run.done = 20;
    opened.wish([{ step: 5 }]);
    expect(opened.find({ step: 5 })).toBeUndefined();
    expect(run.steps).toEqual([5, 5]);
  });

  test('of an imported trace is never asked for', () => {
    const { run, opened } = opening();
    run.readOnly = true;
    opened.wish([{ step: 5 }]);
    expect(run.asked).toEqual([]);
  });
});

describe('tensors', () => {
  const value = { step: 5, values: ['layer0.v'], gradients: [] };

  test('that were asked for once come with every further frame', async () => {
    const { run, opened } = opening();
    const first = opened.inspect(value);
    await run.answer();
    await first;
    const next = opened.open({ step: 6 });
    expect(run.asked.at(-1)).toMatchObject({ step: 6, values: ['layer0.v'], frame: true });
    await run.answer();
    await next;
    expect((await opened.inspect({ ...value, step: 6 })).step).toBe(6);
    expect(run.steps).toEqual([5, 6]);
    opened.needNone();
    void opened.open({ step: 7 });
    expect(run.asked.at(-1)).toMatchObject({ step: 7, values: [] });
  });

  test('that did not come with a frame are asked for', async () => {
    const { run, opened } = opening();
    const frame = opened.open({ step: 5 });
    await run.answer();
    await frame;
    void opened.inspect(value);
    expect(run.asked.at(-1)).toEqual(value);
  });
});

test('only so many steps are kept', async () => {
  const { run, opened } = opening();
  for (let step = 1; step <= 20; step++) {
    const told = opened.open({ step });
    await run.answer();
    await told;
  }
  const kept = Array.from({ length: 20 }, (_, i) => i + 1).filter((step) => opened.find({ step }));
  expect(kept).toEqual(Array.from({ length: 16 }, (_, i) => i + 5));
});
