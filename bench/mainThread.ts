/** An event of Chromium's trace; times in µs. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** Of it, what the thread itself computed: a busy machine does not lengthen it. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of each task of a page's main thread, by the clock (`dur`) or as computed (`tdur`). */
export function mainThreadTasks(events: readonly TraceEvent[], by: 'dur' | 'tdur'): number[] {
  const place = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const tasks = new Map<string, number[]>();
  for (const event of events) {
    if (event.name === 'thread_name' && event.args?.name === 'CrRendererMain') {
      tasks.set(place(event), []);
    }
  }
  for (const event of events) {
    if (event.name === 'RunTask') tasks.get(place(event))?.push((event[by] ?? 0) / 1000);
  }
  // There may be a spare renderer: the page's own is the one that did something.
  const busy = (all: number[]) => all.reduce((sum, ms) => sum + ms, 0);
  return [...tasks.values()].sort((a, b) => busy(b) - busy(a))[0] ?? [];
}
