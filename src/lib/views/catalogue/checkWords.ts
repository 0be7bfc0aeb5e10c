import type { CheckName, CheckResult } from '../../run/operationChecks';

/** What each check is, for a reader who has not met it. */
export const checkWords: Readonly<Record<CheckName, { title: string; about: string }>> = {
  differences: {
    title: 'Central differences',
    about: 'backward against (f(x + h) − f(x − h)) / 2h, number by number'
  },
  adjoint: {
    title: 'Adjoint',
    about: '⟨v, J u⟩ by forward against ⟨Jᵀ v, u⟩ by backward, random u and v'
  },
  kernels: { title: 'GPU kernels', about: 'WGSL in f32 against the loops in f64' }
};

/** A share of the tolerance in per cent, with two digits that matter. */
export function shareText(share: number): string {
  if (share === 0) return '0%';
  if (!Number.isFinite(share)) return '∞';
  const percent = 100 * share;
  if (percent < 0.01) return '<0.01%';
  if (percent >= 1000) return `${Math.round(share).toLocaleString('en-US')}×`;
  return `${Number(percent.toPrecision(2))}%`;
}

/** All that was found, in one sentence. */
export function summary(results: readonly CheckResult[]): string {
  const of = (outcome: CheckResult['outcome']) =>
    results.filter((result) => result.outcome === outcome);
  const [passed, failed, skipped] = [of('passes'), of('fails'), of('skipped')];
  if (results.length === 0) return '';
  const worst = Math.max(0, ...passed.map(({ share }) => share));
  const parts = [
    `${passed.length} of ${results.length} checks pass`,
    ...(passed.length > 0 ? [`worst ${shareText(worst)} of the tolerance`] : []),
    ...(failed.length > 0 ? [`${failed.length} fail`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} not run: ${skipped[0].words}`] : [])
  ];
  return `${parts.join(' · ')}`;
}

/** Names, summaries and formulas that hold every word of a filter. */
export function matches(filter: string, texts: readonly string[]): boolean {
  const all = texts.join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
