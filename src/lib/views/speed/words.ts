import type { Crossing, ScalingPoint } from '../../run/speed/scaling';
import type { PublishedWorkload } from '../../run/speed/published';
import type { Entrant } from '../../run/speed/speedPlan';
import type { Doing, SpeedReport } from '../../run/speed/speedReport';
import { formatCount, formatRate, NOTHING } from '../format';

/** What the page on speed says. */

/** What each workload is, in one sentence. */
export const workloadWords: Readonly<Record<PublishedWorkload, string>> = {
  W1: 'Preset microgpt on names: one layer, n_embd 16, one name a step.',
  W2: 'As large as it gets here: two layers, n_embd 64, one document of 64 tokens a step.',
  W3: 'The model of W2 with 32 documents a step.'
};

/** Milliseconds in three digits that matter: times here span six decades. */
export function formatTime(ms: number | null): string {
  if (ms === null) return NOTHING;
  return ms < 999.5 ? ms.toPrecision(3) : formatCount(ms);
}

/** How many in a second; less than one keeps two digits that matter. */
export function formatPerSecond(rate: number): string {
  return rate < 1 ? String(Number(rate.toPrecision(2))) : formatRate(rate);
}

/** What each engine is to a reader, before its device. */
export const entrantWords: Readonly<Record<Entrant, string>> = {
  simd: 'CPU, fast',
  crew: 'CPU, fast, a batch shared out among its cores',
  gpu: 'GPU',
  cpu: 'CPU, exact: the reference'
};

/** An engine as settings spell it, and how it is had. */
export function entrantName(entrant: Entrant, workers: number, software: boolean): string {
  if (entrant === 'crew') return `simd, ${workers} workers`;
  if (entrant === 'cpu') return 'cpu (f64)';
  return entrant === 'gpu' && software ? 'gpu, software adapter' : entrant;
}

/** Whether the GPU that was measured is played by a CPU. */
export function isSoftware({ engines }: Pick<SpeedReport, 'engines'>): boolean {
  return engines.some(({ software }) => software);
}

/** Where and when: `2 cores, Chromium 156, 2026-11-21`. */
export function reportWords({ date, browser, cores }: SpeedReport): string {
  return `${cores} ${cores === 1 ? 'core' : 'cores'}, ${browser}, ${date.slice(0, 10)}`;
}

export function doingWords(doing: Doing | null): string {
  if (doing === null) return 'Looking which engines there are';
  const what = `${doing.case} · ${doing.entrant === 'crew' ? 'simd, all cores' : doing.entrant}`;
  if (doing.round > 0) return `${what}, turn ${doing.round}`;
  return `${what}, opening and warming up`;
}

const units = [
  [1e9, 'GFLOP'],
  [1e6, 'MFLOP'],
  [1e3, 'kFLOP']
] as const;

/** Floating-point operations of a step, to two digits: 46 MFLOP. */
export function formatFlops(flops: number): string {
  const rounded = Number(flops.toPrecision(2));
  const [size, unit] = units.find(([size]) => rounded >= size) ?? [1, 'FLOP'];
  return `${Number((rounded / size).toPrecision(2))} ${unit}`;
}

/** Where the GPU overtakes the CPU, in a sentence; null where that is not known. */
export function crossingWords(crossing: Crossing | null): string | null {
  switch (crossing?.kind) {
    case undefined:
      return null;
    case 'cpu':
      return `The CPU is faster at every size measured, up to ${formatFlops(crossing.to)} a step.`;
    case 'gpu':
      return `The GPU is faster at every size measured, from ${formatFlops(crossing.from)} a step on.`;
    case 'crossing':
      return `The GPU is faster from about ${formatFlops(crossing.at)} a step on, the CPU below.`;
    case 'mixed':
      return `Neither is faster throughout: the GPU was at ${crossing.gpu.map(formatFlops).join(', ')} a step, the CPU elsewhere.`;
  }
}

/** The same for a run, with what its own step takes. */
export function crossingWordsForRun(
  crossing: Crossing | null,
  flopsPerStep: number
): string | null {
  const words = crossingWords(crossing);
  return (
    words && `Measured on this device: ${words} This run’s step takes ${formatFlops(flopsPerStep)}.`
  );
}

/** A point of the curves in words: the workload, or which size makes it what it is. */
export function pointName({ case: { id, n_embd, batch_size } }: ScalingPoint): string {
  return /^W\d$/.test(id) ? id : `n_embd ${n_embd}, batch_size ${batch_size}`;
}
