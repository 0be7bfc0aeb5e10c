import { describe, expect, it } from 'vitest';
import type { Inspection, InspectionRequest } from '../../src/lib/run/protocol';
import type { RecordedFrame } from '../../src/lib/run/snapshot';
import { InquiryError } from '../../src/lib/state/inquiries';
import { StepWatch } from '../../src/lib/views/screen/stepWatch.svelte';

const frame = (step: number) =>
  ({ step, document: '', tokens: [], attention: null }) as RecordedFrame;
const request = (step: number): InspectionRequest => ({
  step,
  values: ['layer0.v'],
  gradients: []
});

/** A run that answers when it is told to. */
class SlowRun {
  readOnly = false;
  readonly asked: number[] = [];
  readonly answers: {
    resolve: (inspection: Inspection) => void;
    reject: (error: Error) => void;
  }[] = [];

  inspect({ step }: InspectionRequest): Promise<Inspection> {
    this.asked.push(step);
    return new Promise((resolve, reject) => this.answers.push({ resolve, reject }));
  }
}

function opening() {
  const run = new SlowRun();
  const clock = { now: 0 };
  return { run, clock, watch: new StepWatch(run, () => clock.now) };
}

const opened = (step: number) => ({ step }) as Inspection;

describe('StepWatch', () => {
  it('shows the newest frame while nothing has to be opened', () => {
    const { watch } = opening();
    expect(watch.frame(frame(1), true)?.step).toBe(1);
    expect(watch.frame(frame(2), true)?.step).toBe(2);
    expect(watch.frame(null, true)).toBeNull();
  });

  it('holds a frame until it is open and half a second has passed', async () => {
    const { run, clock, watch } = opening();
    watch.frame(frame(1), true);
    const asking = watch.ask(request(1));
    clock.now = 900;
    expect(watch.frame(frame(2), true)?.step).toBe(1);
    run.answers[0].resolve(opened(1));
    await asking;
    expect(watch.inspection?.step).toBe(1);
    expect(watch.frame(frame(3), true)?.step).toBe(3);
    const next = watch.ask(request(3));
    run.answers[1].resolve(opened(3));
    await next;
    clock.now = 1399;
    expect(watch.frame(frame(4), true)?.step).toBe(3);
    clock.now = 1400;
    expect(watch.frame(frame(5), true)?.step).toBe(5);
  });

  it('follows a step that the reader chooses at once', () => {
    const { watch } = opening();
    watch.frame(frame(9), true);
    void watch.ask(request(9));
    expect(watch.frame(frame(4), false)?.step).toBe(4);
  });

  it('keeps the newest answer, whichever comes last', async () => {
    const { run, watch } = opening();
    const both = [watch.ask(request(1)), watch.ask(request(2))];
    run.answers[1].resolve(opened(2));
    run.answers[0].resolve(opened(1));
    await Promise.all(both);
    expect(watch.inspection?.step).toBe(2);
  });

  it('says why a step does not open, but not that it gave way', async () => {
    const { run, watch } = opening();
    const first = watch.ask(request(1));
    run.answers[0].reject(new InquiryError('inspection: gave way', true));
    await first;
    expect(watch.waiting).toBeUndefined();
    const second = watch.ask(request(7));
    run.answers[1].reject(new InquiryError('inspection: needs a step from 0 to 5, got 7'));
    await second;
    expect(watch.waiting).toContain('got 7');
    await watch.ask(null);
    expect(watch.waiting).toBeUndefined();
  });

  it('asks nothing of an imported trace, and says so', async () => {
    const { run, watch } = opening();
    run.readOnly = true;
    await watch.ask(request(1));
    expect(run.asked).toEqual([]);
    expect(watch.waiting).toContain('imported trace');
  });
});
