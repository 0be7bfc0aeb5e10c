import type { ToWorker } from '../src/lib/run/protocol';

/** What the page notes by itself while it is measured. */
export interface Notes {
  /** Milliseconds from each animation frame to the next. */
  readonly frames: number[];
  /** Milliseconds by the clock within calls of WebGL. */
  webgl: number;
  /** The newest worker that was given a run, its script, and what it was given. */
  worker: Worker | null;
  script: string;
  open: ToWorker | null;
  /** When the page was last clicked, and when the first step of a run came to it; ms of the page's clock. */
  clicked: number;
  firstStep: number;
  /** Steps per second of each stretch of training that has ended, by the worker's own clock. */
  readonly rates: number[];
}

declare global {
  var notes: Notes;
}

/** Runs in the page before anything else does. */
export function takeNotes(): void {
  const notes: Notes = {
    ...{ frames: [], webgl: 0, worker: null, script: '', open: null, rates: [] },
    ...{ clicked: NaN, firstStep: NaN }
  };
  globalThis.notes = notes;
  noteFrames();
  noteCalls(WebGL2RenderingContext.prototype as unknown as Record<string, unknown>);
  noteWorkers();
  addEventListener('click', () => (notes.clicked = performance.now()), true);

  function noteFrames(): void {
    let last = performance.now();
    const frame = (now: number) => {
      notes.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  function noteCalls(calls: Record<string, unknown>): void {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(calls))) {
      if (typeof value !== 'function') continue;
      const call = value as (...args: unknown[]) => unknown;
      calls[name] = function (this: unknown, ...args: unknown[]) {
        const from = performance.now();
        try {
          return call.apply(this, args);
        } finally {
          notes.webgl += performance.now() - from;
        }
      };
    }
  }

  /** The worker that trains is the one that is told to open a run. */
  function noteWorkers(): void {
    const scripts = new WeakMap<Worker, string>();
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its worker below
    const { postMessage } = Worker.prototype;
    globalThis.Worker = class extends Worker {
      constructor(script: string | URL, options?: WorkerOptions) {
        super(script, options);
        scripts.set(this, String(script));
      }
    };
    Worker.prototype.postMessage = function (this: Worker, message: ToWorker, ...rest: never[]) {
      if (message.type === 'open') {
        Object.assign(notes, { worker: this, script: scripts.get(this), open: message });
        noteRates(this);
      }
      postMessage.call(this, message, ...rest);
    };
  }

  function noteRates(worker: Worker): void {
    let from = { time: 0, step: 0 };
    worker.addEventListener('message', ({ data }: MessageEvent) => {
      const { events = [] } = data as {
        events?: { type: string; time: number; step: number }[];
      };
      if (Number.isNaN(notes.firstStep) && events.some(({ type }) => /^step/.test(type))) {
        notes.firstStep = performance.now();
      }
      for (const { type, time, step } of events) {
        if (type === 'run.resumed') from = { time, step };
        if (type !== 'run.completed' && type !== 'run.paused') continue;
        if (step > from.step) notes.rates.push((1000 * (step - from.step)) / (time - from.time));
      }
    });
  }
}

/** Runs in the page: trains all over again. */
export function trainAgain(): void {
  const { worker } = globalThis.notes;
  worker?.postMessage({ type: 'command', command: { type: 'reset' } } satisfies ToWorker);
  worker?.postMessage({ type: 'command', command: { type: 'run' } } satisfies ToWorker);
}
