/** An event of Chromium's trace; times in µs. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of it, what the thread itself computed: a busy machine does not lengthen it. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: InputEvent };
}

interface InputEvent {
  readonly type?: string;
  /** ms from the event to the frame that shows what it did. */
  readonly duration?: number;
  readonly timeStamp?: number;
  readonly processingEnd?: number;
}

/** What a trace must be asked for. */
export const categories = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'gpu',
  '__metadata'
];

export const parts = ['script', 'style and layout', 'paint', 'garbage', 'other'] as const;
export type Part = (typeof parts)[number];

/** Milliseconds of one task of the main thread. */
export interface Task {
  /** µs by the trace's clock. */
  readonly from: number;
  readonly to: number;
  readonly wall: number;
  /** Computed by the thread itself. */
  readonly own: number;
  /** Spent waiting for the GPU process, by the clock. */
  readonly waited: number;
  /** Of `own`. */
  readonly parts: Readonly<Record<Part, number>>;
  /** Whether it brought a frame of the page. */
  readonly isFrame: boolean;
}

/** Milliseconds from a key or click to its answer. */
export interface Input {
  readonly type: string;
  /** Until the frame that shows it, by the clock. */
  readonly wall: number;
  /** What the main thread computed from its arrival until it gave that frame away. */
  readonly own: number;
}

const partOf: Readonly<Record<string, Part>> = {
  FunctionCall: 'script',
  EvaluateScript: 'script',
  'v8.compile': 'script',
  'v8.compileModule': 'script',
  'v8.evaluateModule': 'script',
  EventDispatch: 'script',
  FireAnimationFrame: 'script',
  TimerFire: 'script',
  HandlePostMessage: 'script',
  RunMicrotasks: 'script',
  UpdateLayoutTree: 'style and layout',
  Layout: 'style and layout',
  HitTest: 'style and layout',
  PrePaint: 'paint',
  Paint: 'paint',
  Layerize: 'paint',
  Commit: 'paint',
  UpdateLayer: 'paint',
  MinorGC: 'garbage',
  MajorGC: 'garbage',
  BlinkGC: 'garbage'
};

/** The tasks of the page's main thread, in order, and the answers to what was pressed. */
export function readTrace(events: readonly TraceEvent[]): { tasks: Task[]; inputs: Input[] } {
  const thread = busiestRenderer(events);
  const spans = thread
    .filter(({ ph, dur }) => ph === 'X' && dur !== undefined)
    .sort((a, b) => a.ts - b.ts || b.dur! - a.dur!);
  const tasks: Task[] = [];
  for (let i = 0; i < spans.length; i++) {
    if (spans[i].name !== 'RunTask') continue;
    const end = spans[i].ts + spans[i].dur!;
    const inside: TraceEvent[] = [];
    while (i + 1 < spans.length && spans[i + 1].ts < end) inside.push(spans[++i]);
    tasks.push(readTask(spans[i - inside.length], inside));
  }
  return { tasks, inputs: readInputs(thread, tasks) };
}

/** There may be a spare renderer: the page's own is the one that did something. */
function busiestRenderer(events: readonly TraceEvent[]): TraceEvent[] {
  const place = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const threads = new Map<string, TraceEvent[]>();
  for (const event of events) {
    if (event.name === 'thread_name' && event.args?.name === 'CrRendererMain') {
      threads.set(place(event), []);
    }
  }
  for (const event of events) threads.get(place(event))?.push(event);
  return [...threads.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

function readTask(task: TraceEvent, inside: readonly TraceEvent[]): Task {
  const own = (task.tdur ?? 0) / 1000;
  const times = Object.fromEntries(parts.map((part) => [part, 0])) as Record<Part, number>;
  const open: { event: TraceEvent; part: Part }[] = [{ event: task, part: 'other' }];
  times.other = own;
  let waited = 0;
  for (const event of inside) {
    while (open.length > 1 && endOf(open[open.length - 1].event) <= event.ts) open.pop();
    if (event.name.startsWith('CommandBufferProxyImpl::WaitFor')) waited += event.dur! / 1000;
    const { part: outer } = open[open.length - 1];
    const part = partOf[event.name] ?? outer;
    // What is inside belongs to the inner part, no longer to the outer one.
    times[outer] -= (event.tdur ?? 0) / 1000;
    times[part] += (event.tdur ?? 0) / 1000;
    open.push({ event, part });
  }
  const isFrame = inside.some(({ name }) => name === 'Commit');
  const wall = task.dur! / 1000;
  return { from: task.ts, to: endOf(task), wall, own, waited, parts: times, isFrame };
}

function endOf({ ts, dur }: TraceEvent): number {
  return ts + dur!;
}

function readInputs(thread: readonly TraceEvent[], tasks: readonly Task[]): Input[] {
  const told = thread.filter(
    ({ name, ph, args }) =>
      name === 'EventTiming' && ph === 'b' && ['keydown', 'click'].includes(args?.data?.type ?? '')
  );
  return told.map(({ ts, args }) => {
    const { type, duration, timeStamp, processingEnd } = args!.data!;
    const handled = ts + 1000 * (processingEnd! - timeStamp!);
    const frame = tasks.find(({ isFrame, to }) => isFrame && to >= handled);
    const until = frame?.to ?? handled;
    const during = tasks.filter(({ from, to }) => to > ts && from < until);
    return { type: type!, wall: duration!, own: during.reduce((sum, task) => sum + task.own, 0) };
  });
}
