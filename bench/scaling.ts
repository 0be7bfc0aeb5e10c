import { cpus, loadavg } from 'node:os';
import type { Browser, Page } from 'playwright';
import type { EngineName } from '../src/lib/engine/engine';
import { programCost } from '../src/lib/run/cost';
import { median } from '../src/lib/run/median';
import { drawnWorkload, sizesOf, type Sizes } from '../src/lib/run/speed/workloads';
import type { Bench } from './page';
import { machineOf, today } from './results';
import { digits } from './table';

/** Sizes that are changed one at a time. */
export type Axis = 'batch_size' | 'n_embd' | 'block_size' | 'n_layer';

/** What each axis has; all cross at W2. */
export const axes: Readonly<Record<Axis, readonly number[]>> = {
  batch_size: [1, 2, 4, 8, 16, 32],
  n_embd: [8, 16, 32, 64],
  block_size: [8, 16, 32, 64],
  n_layer: [1, 2]
};

export const scaledEngines = ['simd', 'gpu', 'cpu'] as const satisfies readonly EngineName[];
export type ScaledEngine = (typeof scaledEngines)[number];

/** Milliseconds per step of each engine on a model, by round. */
export interface ScalingPoint {
  readonly sizes: Sizes;
  readonly flopsPerStep: number;
  readonly times: Readonly<Record<ScaledEngine, readonly number[]>>;
}

export interface Scaling {
  readonly date: string;
  readonly machine: string;
  readonly load: readonly number[];
  readonly rounds: number;
  readonly devices: Readonly<Record<string, string>>;
  readonly points: readonly ScalingPoint[];
}

const ROUNDS = 5;
const MILLISECONDS = 250;

/** Measures our engines over sizes, in turns at each. `simd` has as many workers as there are cores, as in a run. */
export async function measureScaling(browser: Browser, page: Page): Promise<Scaling> {
  const load = [loadavg()[0]];
  const devices: Record<string, string> = {};
  const points: ScalingPoint[] = [];
  const all = allSizes();
  for (const [i, sizes] of all.entries()) {
    process.stderr.write(`${i + 1} of ${all.length}: ${inWords(sizes)}\n`);
    points.push(await measurePoint(page, sizes, devices));
  }
  const machine = machineOf(browser);
  return {
    ...{ date: today(), machine, load: [...load, loadavg()[0]], rounds: ROUNDS },
    ...{ devices, points }
  };
}

/** The points of an axis, in order. */
export function pointsOf({ points }: Scaling, axis: Axis): ScalingPoint[] {
  return axes[axis].map((value) => {
    const sizes = { ...sizesOf('W2'), [axis]: value };
    return points.find((point) => inWords(point.sizes) === inWords(sizes))!;
  });
}

export function inWords({ n_layer, n_embd, block_size, batch_size }: Sizes): string {
  return `n_layer ${n_layer}, n_embd ${n_embd}, block_size ${block_size}, batch_size ${batch_size}`;
}

/** Of each point once. */
function allSizes(): Sizes[] {
  const all = Object.entries(axes).flatMap(([axis, values]) =>
    values.map((value): Sizes => ({ ...sizesOf('W2'), [axis]: value }))
  );
  return [...new Map(all.map((sizes) => [inWords(sizes), sizes])).values()];
}

async function measurePoint(
  page: Page,
  sizes: Sizes,
  devices: Record<string, string>
): Promise<ScalingPoint> {
  const times: Record<ScaledEngine, number[]> = { simd: [], gpu: [], cpu: [] };
  for (const engine of scaledEngines) devices[engine] = await openSized(page, engine, sizes);
  for (let round = 0; round < ROUNDS; round++) {
    for (const engine of scaledEngines) times[engine].push(await roundOf(page, engine));
  }
  for (const engine of scaledEngines) await closeIn(page, engine);
  const { program, batches } = drawnWorkload('sized', sizes);
  return { sizes, times, flopsPerStep: programCost(program, batches).flopsPerStep };
}

function openSized(page: Page, engine: ScaledEngine, sizes: Sizes): Promise<string> {
  return page.evaluate(
    ([engine, sizes, workers]) => {
      const { bench } = globalThis as unknown as { bench: Bench };
      return bench.openSized(engine, { engine, workers }, sizes);
    },
    [engine, sizes, cpus().length] as const
  );
}

function roundOf(page: Page, engine: ScaledEngine): Promise<number> {
  return page.evaluate(
    ([engine, milliseconds]) => {
      const { bench } = globalThis as unknown as { bench: Bench };
      return bench.round(engine, milliseconds);
    },
    [engine, MILLISECONDS] as const
  );
}

function closeIn(page: Page, engine: ScaledEngine): Promise<void> {
  return page.evaluate((engine) => {
    const { bench } = globalThis as unknown as { bench: Bench };
    bench.close(engine);
  }, engine);
}

export function printScaling(scaling: Scaling): void {
  console.log('\nSteps per second');
  const rows = scaling.points.map(({ sizes, times }) => {
    const speeds = scaledEngines.map((engine) => [engine, digits(1000 / median(times[engine]))]);
    return [inWords(sizes), Object.fromEntries(speeds) as object];
  });
  console.table(Object.fromEntries(rows));
}
