import { cpus } from 'node:os';
import type { Page } from 'playwright';
import { isOnNames, makeWorkload, type WorkloadName } from '../src/lib/run/speed/workloads';
import { enter, openInNode, openInPage, openInPython, openMicrogpt, type Entry } from './entries';
import { always } from './measure';
import { openNative } from './native';
import type { LibraryCompetitor, OwnCompetitor } from './page';
import { openMicrogptC, type Arithmetic } from './peers/microgptC';
import { makeProblem } from './peers/problem';
import { pythonWith } from './peers/python';

/** Who takes part, beside our own engines in the page. */
export interface Field {
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly ours: boolean;
  readonly native: boolean;
  /** A microgpt.py, and a checkout of microgpt-c. */
  readonly microgpt?: string;
  readonly 'microgpt-c'?: string;
}

/** Pages that competitors run in; one is isolated: what can have threads has them there. */
export interface Pages {
  readonly isolated: Page;
  readonly plain: Page;
}

const engines = ['cpu', 'simd', 'gpu'] as const;

/** Libraries by device; the slowest only where there is time. */
export function librariesOf({ quick, ours }: Field): readonly LibraryCompetitor[] {
  if (ours) return [];
  return [
    { library: 'jax-js', device: 'wasm' },
    { library: 'jax-js', device: 'webgpu' },
    { library: 'TensorFlow.js', device: 'wasm' },
    ...(quick
      ? []
      : [
          { library: 'TensorFlow.js', device: 'webgl' } as const,
          { library: 'TensorFlow.js', device: 'webgpu' } as const
        ])
  ];
}

type Opening = readonly [name: string, open: () => Promise<Entry | readonly Entry[]>];

/** Opens all that take part in a workload; one that cannot be had is left out, with a word. */
export async function openField(
  field: Field,
  pages: Pages,
  workload: WorkloadName
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [name, open] of openings(field, pages, workload)) {
    try {
      entries.push(...[await open()].flat());
    } catch (error) {
      process.stderr.write(`${name} on ${workload}: left out, ${(error as Error).message}\n`);
      if (name === OURS) process.exitCode = 1;
    }
  }
  return entries;
}

const OURS = 'ours';

function openings(field: Field, { isolated, plain }: Pages, workload: WorkloadName): Opening[] {
  const { names } = field;
  const own = (competitor: OwnCompetitor): Opening => [
    OURS,
    () => openInPage(isolated, competitor, workload, names)
  ];
  const crew = workload === 'W3' && cpus().length > 1;
  return [
    [OURS, () => openInNode(workload, names)],
    ...engines.map((engine) => own({ engine })),
    ...(crew ? [own({ engine: 'simd', workers: cpus().length })] : []),
    ...(workload === 'max' ? [] : [...tracers(field).map(own)]),
    ...(field.native ? [['native', () => openNative(workload, names)] as const] : []),
    ...(field.ours || workload === 'max' ? [] : peers(field, isolated, plain, workload)),
    ...written(field, workload)
  ];
}

/** One step traced: what opening it in the page costs an engine. */
function tracers({ quick }: Field): OwnCompetitor[] {
  const traced = quick ? (['simd'] as const) : (['simd', 'gpu'] as const);
  return traced.map((engine) => ({ engine, traced: true }));
}

function peers(field: Field, isolated: Page, plain: Page, name: WorkloadName): Opening[] {
  const { names } = field;
  const libraries = librariesOf(field).map((library): Opening => [
    `${library.library} on ${library.device}`,
    () => openInPage(plain, library, name, names)
  ]);
  const threaded: Opening = ['jax-js with threads', () => openThreaded(isolated, name, names)];
  return [
    ...libraries,
    ...(name === 'W1' ? [] : [threaded]),
    ...(['numpy', 'torch'] as const).map((module): Opening => [
      module,
      () => openThreads(module, name, names)
    ])
  ];
}

async function openThreaded(page: Page, name: WorkloadName, names: readonly string[]) {
  const entry = await openInPage(page, { library: 'jax-js', device: 'wasm' }, name, names);
  const named = `${entry.row.name}, threads`;
  return { ...entry, row: { ...entry.row, name: named, short: named } };
}

/** A library of Python on one thread, and on two where there is work for them. */
async function openThreads(
  module: 'numpy' | 'torch',
  name: WorkloadName,
  names: readonly string[]
) {
  const python = pythonWith(module);
  if (python === null) throw new Error('not installed');
  const workload = makeWorkload(name, names);
  const counts = name !== 'W1' && cpus().length > 1 ? [1, cpus().length] : [1];
  const entries: Entry[] = [];
  for (const threads of counts) {
    entries.push(await openInPython(python, [module, threads], workload));
  }
  return entries;
}

/** Programs that the user has at hand. */
function written(field: Field, workload: WorkloadName): Opening[] {
  const { microgpt, 'microgpt-c': checkout, names } = field;
  const found: Opening[] = [];
  if (microgpt && isOnNames(workload)) {
    found.push(['microgpt.py', async () => openMicrogpt(microgpt, workload)]);
  }
  if (checkout && workload !== 'max') {
    for (const how of ['IEEE', 'fast-math'] as const) {
      found.push([`microgpt-c, ${how}`, () => openInC(checkout, how, workload, names)]);
    }
  }
  return found;
}

function openInC(
  checkout: string,
  how: Arithmetic,
  workload: 'W1' | 'W2' | 'W3',
  names: readonly string[]
): Promise<Entry> {
  const stride = always({ W1: 50, W2: 10, W3: 1 }[workload]);
  const problem = makeProblem(makeWorkload(workload, names));
  const about = { workload, name: (device: string) => device };
  return enter(about, stride, () => openMicrogptC(checkout, how, problem));
}
