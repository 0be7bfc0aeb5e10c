import { parameterGroups } from '../engine/program';
import type { PackedSteps, RunEvent } from './protocol';

/** Numbers of a step: its time, loss, learning rate, gradient norms and update norms. */
const WIDTH = 3 + 2 * parameterGroups.length;

/** Events of a step that tells its numbers and nothing else. */
const EVENTS = 3;

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
type PlainStep = readonly [Event<'step.loss'>, Event<'step.backward'>, Event<'step.update'>];

/**
 * The same events with every stretch of steps of which only numbers are told in one array: a message of some thousand
 * objects would cost its sender and its receiver more than training the steps did.
 */
export function packSteps(events: readonly RunEvent[]): (RunEvent | PackedSteps)[] {
  const packed: (RunEvent | PackedSteps)[] = [];
  for (let at = 0; at < events.length;) {
    const count = plainSteps(events, at);
    if (count > 0) packed.push(packStretch(events, at, count));
    else packed.push(events[at]);
    at += Math.max(1, EVENTS * count);
  }
  return packed;
}

/** The events that were packed. */
export function unpackSteps(packed: readonly (RunEvent | PackedSteps)[]): RunEvent[] {
  const events: RunEvent[] = [];
  for (const item of packed) {
    if (item.type === 'steps') unpackStretch(item, events);
    else events.push(item);
  }
  return events;
}

/** How many steps in a row, from an event on, tell only their numbers. */
function plainSteps(events: readonly RunEvent[], from: number): number {
  let count = 0;
  for (let at = from; isPlainStep(events, at); at += EVENTS) {
    if (count > 0 && !follows(events[at], events[at - 1])) break;
    count += 1;
  }
  return count;
}

function isPlainStep(events: readonly RunEvent[], at: number): boolean {
  const loss = events[at];
  if (loss?.type !== 'step.loss') return false;
  const [backward, update] = [events[at + 1], events[at + 2]];
  if (backward?.type !== 'step.backward' || update?.type !== 'step.update') return false;
  return !update.times && backward.time === loss.time && update.time === loss.time;
}

function follows(event: RunEvent, before: RunEvent): boolean {
  const steps = 'step' in event && 'step' in before ? event.step - before.step : NaN;
  return event.seq === before.seq + 1 && steps === 1;
}

function packStretch(events: readonly RunEvent[], from: number, count: number): PackedSteps {
  const numbers = new Float64Array(WIDTH * count);
  let at = 0;
  for (let i = from; i < from + EVENTS * count; i += EVENTS) {
    const [loss, backward, update] = events.slice(i, i + EVENTS) as unknown as PlainStep;
    numbers[at++] = loss.time;
    numbers[at++] = loss.loss;
    numbers[at++] = update.learning_rate;
    for (const group of parameterGroups) numbers[at++] = backward.gradient_norms[group];
    for (const group of parameterGroups) numbers[at++] = update.update_norms[group];
  }
  const { seq, step } = events[from] as Event<'step.loss'>;
  return { type: 'steps', seq, step, numbers };
}

function unpackStretch({ seq, step, numbers }: PackedSteps, events: RunEvent[]): void {
  for (let at = 0; at < numbers.length; step++) {
    const [time, loss, learning_rate] = [numbers[at++], numbers[at++], numbers[at++]];
    const gradient_norms = normsAt(numbers, at);
    const update_norms = normsAt(numbers, (at += parameterGroups.length));
    at += parameterGroups.length;
    events.push({ seq: seq++, time, type: 'step.loss', step, loss });
    events.push({ seq: seq++, time, type: 'step.backward', step, gradient_norms });
    events.push({ seq: seq++, time, type: 'step.update', step, learning_rate, update_norms });
  }
}

function normsAt(numbers: Float64Array, at: number) {
  const norms = { embeddings: 0, attention: 0, mlp: 0, lm_head: 0 };
  for (const group of parameterGroups) norms[group] = numbers[at++];
  return norms;
}
