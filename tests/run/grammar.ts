import { isTerminal, type RunEvent } from '../../src/lib/run/protocol';

/** Where a run is, as its events tell. */
interface State {
  readonly expects: 'start' | 'between' | 'attention' | 'loss' | 'backward' | 'update' | 'nothing';
  readonly step: number;
  readonly isRunning: boolean;
}

/**
 * What is wrong with the order of events, or null: a run's grammar as a state machine.
 *
 *   run.started (control | sample.generated | step)* terminal
 */
export function orderProblem(events: readonly RunEvent[], num_steps: number): string | null {
  let state: State = { expects: 'start', step: 0, isRunning: false };
  let time = 0;
  for (const [i, event] of events.entries()) {
    const next = event.seq === i + 1 && event.time >= time ? follow(state, event, num_steps) : null;
    if (!next) return `${event.type} as number ${event.seq} after ${JSON.stringify(state)}`;
    state = next;
    time = event.time;
  }
  return state.expects === 'nothing' ? null : `the end after ${JSON.stringify(state)}`;
}

/** The state after an event, or null if the event may not come there. */
function follow(state: State, event: RunEvent, num_steps: number): State | null {
  const { expects, step, isRunning } = state;
  const isNext = 'step' in event && event.step === step + 1 && isRunning;
  switch (event.type) {
    case 'run.started':
      return expects === 'start' ? { ...state, expects: 'between' } : null;
    case 'step.forward':
      return expects === 'between' && isNext ? { ...state, expects: 'attention' } : null;
    case 'step.attention':
      return expects === 'attention' && isNext ? { ...state, expects: 'loss' } : null;
    case 'step.loss':
      return (expects === 'between' || expects === 'loss') && isNext
        ? { ...state, expects: 'backward' }
        : null;
    case 'step.backward':
      return expects === 'backward' && isNext ? { ...state, expects: 'update' } : null;
    case 'step.update':
      return expects === 'update' && isNext
        ? { ...state, expects: 'between', step: event.step }
        : null;
    case 'run.reset':
      return expects === 'between' ? { ...state, step: 0, isRunning: false } : null;
    case 'run.paused':
    case 'run.resumed':
    case 'engine.changed':
    case 'sample.generated':
    case 'run.completed':
    case 'run.failed':
    case 'run.canceled':
      return expects === 'between' && event.step === step
        ? afterControl(state, event, num_steps)
        : null;
  }
}

function afterControl(state: State, event: RunEvent, num_steps: number): State | null {
  const { step, isRunning } = state;
  if (event.type === 'run.paused') return isRunning ? { ...state, isRunning: false } : null;
  if (event.type === 'run.resumed') {
    return event.until > step && event.until <= num_steps ? { ...state, isRunning: true } : null;
  }
  if (event.type === 'run.completed' && step !== num_steps) return null;
  return isTerminal(event) ? { ...state, expects: 'nothing' } : state;
}
