import type { GroupNorms } from '../engine/engine';
import { parameterGroups, type ParameterGroup } from '../engine/program';
import { thinFrames } from './frames';
import type { BranchTold } from './branch';
import type { RunEvent, SampleEvent } from './protocol';
import { emptySnapshot, type Curves, type Snapshot } from './snapshot';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A snapshot in the making: its curves are its own and may grow; its other lists are replaced where they change. */
interface Draft extends Mutable<Omit<Snapshot, 'curves'>> {
  curves: ReturnType<typeof draftOfCurves>;
}

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** Milliseconds over which a rate is taken; the first is taken sooner, to be known early. */
const RATE_WINDOW = 1000;
const FIRST_RATE_WINDOW = 250;

/** After so many milliseconds without a step the machine slept, or the run was held up: that is no rate. */
const RATE_GAP = 5000;

/**
 * A snapshot after some more events, in order, with one copy of the curves; the old one is unchanged. Lists that no
 * event touched are the same as before, so that what is made of them need not be made again.
 */
export function fold(snapshot: Snapshot, events: readonly RunEvent[]): Snapshot {
  if (events.length === 0) return snapshot;
  const draft = draftOf(snapshot);
  for (const event of events) {
    (folds[event.type] as (draft: Draft, event: RunEvent) => void)(draft, event);
    draft.seq = event.seq;
  }
  return draft;
}

/** A snapshot after one more event; the old one is unchanged. */
export function reduce(snapshot: Snapshot, event: RunEvent): Snapshot {
  return fold(snapshot, [event]);
}

/** What each event changes. */
const folds: { [T in RunEvent['type']]: (draft: Draft, event: Event<T>) => void } = {
  'run.started'(draft, { settings, corpus, engine, device, notice, ...event }) {
    const { vocabulary, num_params, cut_share } = event;
    const about = { settings, corpus, engine, device, vocabulary, num_params, cut_share };
    const notices = notice === null ? [] : [notice];
    Object.assign(draft, draftOf(emptySnapshot), about, { status: 'paused', notices });
    if (event.branch) takeBranch(draft, event.branch);
  },
  'run.paused'(draft) {
    draft.status = 'paused';
    stopRate(draft);
  },
  'run.resumed'(draft, { time, step, until }) {
    if (draft.status !== 'running') startRate(draft, time, step);
    draft.status = 'running';
    draft.until = until;
  },
  'run.reset'(draft, { step }) {
    const { frames, samples, times, pulse } = draftOf(emptySnapshot);
    Object.assign(draft, { frames, samples, times, pulse });
    Object.assign(draft, { status: 'paused', step, until: step });
    draft.curves = draftOfCurves(draft.curves, step);
    stopRate(draft);
  },
  'engine.changed'(draft, { time, step, engine, device, notice }) {
    Object.assign(draft, { engine, device, times: null });
    if (notice !== null) draft.notices = [...draft.notices, notice];
    if (draft.status === 'running') startRate(draft, time, step);
  },
  'step.forward'(draft, { type, step, document, tokens }) {
    draft.pulse = type;
    draft.frames = thinFrames([...draft.frames, { step, document, tokens, attention: null }]);
  },
  'step.attention'(draft, { type, n_layer, n_head, T, weights }) {
    draft.pulse = type;
    const frame = draft.frames.at(-1)!;
    const attention = { n_layer, n_head, T, weights };
    draft.frames = [...draft.frames.slice(0, -1), { ...frame, attention }];
  },
  'step.loss'(draft, { type, loss }) {
    draft.pulse = type;
    draft.curves.loss.push(loss);
  },
  'step.backward'(draft, { type, gradient_norms }) {
    draft.pulse = type;
    pushNorms(draft.curves.gradient_norms, gradient_norms);
  },
  'step.update'(draft, { type, time, step, learning_rate, update_norms, times }) {
    draft.pulse = type;
    draft.step = step;
    draft.curves.learning_rate.push(learning_rate);
    pushNorms(draft.curves.update_norms, update_norms);
    if (times) draft.times = times;
    takeRate(draft, time, step);
  },
  'sample.generated'(draft, { step, temperature, samples, shares }) {
    const sample: SampleEvent = { type: 'sample.generated', step, temperature, samples, shares };
    draft.samples = [...draft.samples, sample];
  },
  'run.completed'(draft) {
    draft.status = 'completed';
  },
  'run.failed'(draft, { error }) {
    draft.status = 'failed';
    draft.error = error;
  },
  'run.canceled'(draft) {
    draft.status = 'canceled';
  }
};

function draftOf({ curves, ...rest }: Snapshot): Draft {
  return { ...rest, curves: draftOfCurves(curves) };
}

/** A branch goes on where it left: its curves have what the other run told. */
function takeBranch(draft: Draft, { curves, ...branch }: BranchTold): void {
  const { step } = branch;
  Object.assign(draft, { branch, step, until: step, curves: draftOfCurves(curves, step) });
}

/** @param steps how many of them, from the first */
function draftOfCurves(curves: Curves, steps = Infinity) {
  const { loss, learning_rate, gradient_norms, update_norms } = curves;
  return {
    loss: loss.slice(0, steps),
    learning_rate: learning_rate.slice(0, steps),
    gradient_norms: draftOfNorms(gradient_norms, steps),
    update_norms: draftOfNorms(update_norms, steps)
  };
}

function draftOfNorms(norms: Curves['gradient_norms'], steps: number) {
  const copies = parameterGroups.map((group) => [group, norms[group].slice(0, steps)]);
  return Object.fromEntries(copies) as Record<ParameterGroup, number[]>;
}

function pushNorms(curves: Record<ParameterGroup, number[]>, norms: GroupNorms): void {
  for (const group of parameterGroups) curves[group].push(norms[group]);
}

function startRate(draft: Draft, time: number, step: number): void {
  draft.rateFrom = { time, step };
  draft.stepsPerSecond = null;
}

function stopRate(draft: Draft): void {
  draft.rateFrom = null;
  draft.stepsPerSecond = null;
}

function takeRate(draft: Draft, time: number, step: number): void {
  if (!draft.rateFrom) return;
  const elapsed = time - draft.rateFrom.time;
  if (elapsed > RATE_GAP) return startRate(draft, time, step);
  const isFirst = draft.stepsPerSecond === null && elapsed >= FIRST_RATE_WINDOW;
  if (!isFirst && elapsed < RATE_WINDOW) return;
  draft.stepsPerSecond = ((step - draft.rateFrom.step) / elapsed) * 1000;
  if (!isFirst) draft.rateFrom = { time, step };
}
