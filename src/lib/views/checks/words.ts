import type { AdjointFinding, ComparedTensor, EntryCheck } from '../../run/checks/tasks';
import { formatCount, NOTHING } from '../format';

/** What the pages on checks say, as sentences and short labels. */

/** Every digit that an f64 has, with a true minus. */
export function formatFull(x: number): string {
  return String(x).replaceAll('-', '−');
}

/** An error: two digits that matter. */
export function formatError(x: number): string {
  if (!Number.isFinite(x)) return '∞';
  return x === 0 ? '0' : x.toExponential(1).replace('-', '−').replace('e+', 'e');
}

/** Units of the last place. */
export function formatUlp(ulp: number): string {
  if (!Number.isFinite(ulp)) return NOTHING;
  if (ulp < 10) return ulp.toFixed(1);
  return ulp < 1e5 ? formatCount(ulp) : formatError(ulp);
}

/** Milliseconds as microseconds, three digits that matter; empty where there is no time. */
export function formatMicroseconds(ms: number | null): string {
  return ms === null ? '' : Number((1000 * ms).toPrecision(3)).toLocaleString('en-US');
}

/** Each verdict in one word. */
export const verdicts = {
  passes: 'passes',
  fails: 'fails',
  kink: 'at a kink'
} as const satisfies Record<EntryCheck['verdict'], string>;

/** How many of the operations pass, in a sentence. */
export function describeAdjoints(findings: readonly AdjointFinding[]): string {
  const failed = findings.filter(({ passes }) => !passes);
  if (failed.length === 0) return `All ${findings.length} pass.`;
  const kinds = [...new Set(failed.map(({ operation }) => operation))].join(', ');
  return `${failed.length} of ${findings.length} fail: ${kinds}.`;
}

/** What the check of the model found, in a sentence. */
export function describeEntries(entries: readonly EntryCheck[]): string {
  const of = (verdict: EntryCheck['verdict']) =>
    entries.filter((entry) => entry.verdict === verdict).length;
  const kinked = of('kink') > 0 ? ` ${of('kink')} lie beside a kink of ReLU and mean nothing.` : '';
  const failed = of('fails');
  return failed === 0
    ? `${of('passes')} entries pass.${kinked}`
    : `${failed} of ${entries.length} entries fail.${kinked}`;
}

/** How the two engines compare, in a sentence. */
export function describeComparison(tensors: readonly ComparedTensor[]): string {
  const failed = tensors.filter(({ passes }) => !passes).length;
  const worst = Math.max(...tensors.map(({ relative }) => relative));
  const found =
    failed === 0
      ? `All ${tensors.length} tensors are within tolerance`
      : `${failed} of ${tensors.length} tensors are beyond tolerance`;
  return `${found}; the largest difference is ${formatError(worst)} of its tensor’s largest number.`;
}
