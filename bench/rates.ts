import { median } from '../src/lib/run/median';
import type { ProductSizes } from './productRate';
import type { Results } from './results';
import { digits } from './table';

/** GFLOP/s of the product kernel alone, by round. */
export interface Rate {
  readonly sizes: ProductSizes;
  readonly gflops: number[];
}

/** How near a step of `simd` comes to the product kernel alone. */
export interface Share {
  readonly workload: string;
  readonly name: string;
  /** GFLOP/s of its steps in its best round: other programs on the machine can only slow it. */
  readonly gflops: number;
  /** Of the most that the kernel reached at any size, on as many cores. */
  readonly share: number;
}

/** Of every training row of `simd`. */
export function sharesOf({ rows, rates, costs }: Pick<Results, 'rows' | 'rates' | 'costs'>) {
  const best = Math.max(...rates.flatMap(({ gflops }) => gflops));
  const simd = rows.filter(({ name, traced }) => name.startsWith('simd') && !traced);
  return simd.map(({ workload, name, times }): Share => {
    const gflops = costs[workload]!.flopsPerStep / Math.min(...times) / 1e6;
    const workers = Number(/(\d+) workers/.exec(name)?.[1] ?? 1);
    return { workload, name, gflops, share: gflops / (best * workers) };
  });
}

export function printRates(results: Pick<Results, 'rows' | 'rates' | 'costs'>): void {
  console.log('\nThe product kernel of simd alone, one core, GFLOP/s');
  const kernels = results.rates.map(({ sizes: { M, K, N }, gflops }) => [
    `${M} × ${K} × ${N}`,
    { median: digits(median(gflops)), most: digits(Math.max(...gflops)) }
  ]);
  console.table(Object.fromEntries(kernels));
  console.log(
    'Whole steps of simd at their best, and their share of the most that the kernel reached'
  );
  const steps = sharesOf(results).map(({ workload, name, gflops, share }) => [
    `${workload} ${name}`,
    { 'GFLOP/s': digits(gflops), share: `${Math.round(100 * share)} %` }
  ]);
  console.table(Object.fromEntries(steps));
}
