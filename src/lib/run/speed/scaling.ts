import { median } from '../median';
import { engineOf } from './speedPlan';
import type { MeasuredCase, MeasuredRow, SpeedReport } from './speedReport';

/** The engines between which `auto` chooses. */
export type FastEngine = 'simd' | 'gpu';

/** How long a step takes on both, at one size. */
export interface ScalingPoint {
  readonly case: MeasuredCase;
  /** Median milliseconds per step; null where that engine was not measured. */
  readonly simd: number | null;
  readonly gpu: number | null;
}

/** What was measured of an engine on a case as a run has it: of a batch, on all workers. */
export function rowAsRun(
  { rows }: Pick<SpeedReport, 'rows'>,
  id: string,
  engine: keyof typeof engineOf
): MeasuredRow | undefined {
  const own = rows.filter((row) => row.case === id && engineOf[row.entrant] === engine);
  const timed = own.filter(({ times }) => times.length > 0);
  return timed.find(({ entrant }) => entrant === 'crew') ?? timed[0];
}

/** By size of step, from the smallest. */
export function scalingPoints(report: SpeedReport): ScalingPoint[] {
  const ms = (id: string, engine: FastEngine) => {
    const row = rowAsRun(report, id, engine);
    return row ? median(row.times) : null;
  };
  return report.cases
    .map((each) => ({ case: each, simd: ms(each.id, 'simd'), gpu: ms(each.id, 'gpu') }))
    .filter(({ simd, gpu }) => simd !== null || gpu !== null)
    .sort((a, b) => a.case.flopsPerStep - b.case.flopsPerStep);
}

/** Who is faster at which size; sizes in floating-point operations of a step. */
export type Crossing =
  /** The CPU at every size measured, the GPU at every size measured. */
  | { readonly kind: 'cpu' | 'gpu'; readonly from: number; readonly to: number }
  /** The CPU below about so many, the GPU above. */
  | { readonly kind: 'crossing'; readonly at: number }
  /** No one size parts them: those at which the GPU was faster. */
  | { readonly kind: 'mixed'; readonly gpu: readonly number[] };

/** Where the GPU overtakes the CPU, between the sizes measured on both; null where those are fewer than two. */
export function crossingOf(
  points: readonly (Pick<ScalingPoint, 'simd' | 'gpu'> & {
    readonly case: Pick<MeasuredCase, 'flopsPerStep'>;
  })[]
): Crossing | null {
  const leads = points.flatMap(({ case: { flopsPerStep }, simd, gpu }) =>
    simd === null || gpu === null ? [] : [{ flops: flopsPerStep, lead: Math.log(simd / gpu) }]
  );
  if (leads.length < 2) return null;
  const first = leads.findIndex(({ lead }) => lead > 0);
  const [from, to] = [leads[0].flops, leads[leads.length - 1].flops];
  if (first === -1) return { kind: 'cpu', from, to };
  if (leads.slice(first).some(({ lead }) => lead <= 0)) {
    return { kind: 'mixed', gpu: leads.filter(({ lead }) => lead > 0).map(({ flops }) => flops) };
  }
  if (first === 0) return { kind: 'gpu', from, to };
  return { kind: 'crossing', at: zeroBetween(leads[first - 1], leads[first]) };
}

interface Lead {
  readonly flops: number;
  /** Logarithm of how many times as fast the GPU is. */
  readonly lead: number;
}

/** Where the lead is 0 on the straight line between two points, both axes logarithmic. */
function zeroBetween(a: Lead, b: Lead): number {
  const share = -a.lead / (b.lead - a.lead);
  return a.flops * (b.flops / a.flops) ** share;
}
