import { publishedWorkloads } from '../../run/speed/published';
import { crossingOf, scalingPoints } from '../../run/speed/scaling';
import type { SpeedReport } from '../../run/speed/speedReport';
import { failuresOf, groupHere, type SpeedRow } from './speedRows';
import {
  crossingWords,
  entrantName,
  formatFlops,
  formatPerSecond,
  formatTime,
  pointName,
  reportWords
} from './words';

/** A report as plain text, to be pasted anywhere: columns stand under each other in a fixed font. */
export function reportText(report: SpeedReport): string {
  const parts = [
    `microGPT Lab, speed of one device: ${reportWords(report)}`,
    ...(report.isWhole ? [] : ['Canceled before the end.']),
    enginesText(report),
    ...publishedWorkloads.flatMap((workload) => workloadText(report, workload)),
    scalingText(report)
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function enginesText({ engines }: SpeedReport): string {
  const lines = engines.map(({ entrant, device, software, refusal }) => [
    entrant === 'crew' ? 'simd, all cores' : entrantName(entrant, 1, software),
    device ?? `not here: ${refusal}`
  ]);
  return columns(lines);
}

function workloadText(
  report: SpeedReport,
  workload: (typeof publishedWorkloads)[number]
): string[] {
  const group = groupHere(report, workload);
  if (!group || group.rows.length === 0) return [];
  const head = [workload, 'ms per step', 'least', 'most', 'steps/s', 'tokens/s', 'first step, ms'];
  const lines = columns([head, ...group.rows.map(cells)]);
  return [[lines, ...failuresOf(report, workload)].join('\n')];
}

function cells({ name, ms, least, most, tokensPerSecond, opened }: SpeedRow): string[] {
  const times = [ms, least, most].map(formatTime);
  return [
    name,
    ...times,
    formatPerSecond(1000 / ms),
    formatPerSecond(tokensPerSecond),
    formatTime(opened)
  ];
}

function scalingText(report: SpeedReport): string {
  const points = scalingPoints(report);
  if (points.length === 0) return '';
  const lines = points.map((point) => [
    pointName(point),
    formatFlops(point.case.flopsPerStep),
    formatTime(point.simd),
    formatTime(point.gpu)
  ]);
  const table = columns([['ms per step by size', 'operations', 'simd', 'gpu'], ...lines]);
  return [table, crossingWords(crossingOf(points)) ?? ''].join('\n').trimEnd();
}

/** Cells filled up with spaces: the first column from the left, the others from the right. */
function columns(lines: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...lines.map((line) => line[column].length));
  const isWords = lines[0].length === 2;
  return lines
    .map((line) =>
      line
        .map((cell, i) => {
          if (isWords && i === 1) return cell;
          return i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i));
        })
        .join('  ')
    )
    .join('\n');
}
