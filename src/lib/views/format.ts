/** Numbers and tokens as the page writes them: always the same width for the same kind of number. */

export const NOTHING = '—';

/** Nats, four decimals. */
export function formatLoss(loss: number | null | undefined): string {
  return loss == null || !Number.isFinite(loss) ? NOTHING : loss.toFixed(4);
}

/** A difference with its sign; a true minus, as wide as a plus. */
export function formatChange(change: number | null | undefined, digits = 4): string {
  if (change == null || !Number.isFinite(change)) return NOTHING;
  const size = Math.abs(change).toFixed(digits);
  return Number(size) === 0 ? size : `${change < 0 ? '−' : '+'}${size}`;
}

export function formatProb(prob: number): string {
  return prob.toFixed(3);
}

/** A share of a whole in per cent; what is not quite all or nothing never reads 0 or 100. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.01) return '<1%';
  if (share < 1 && share > 0.99) return '>99%';
  return `${Math.round(share * 100)}%`;
}

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 32033 → 32,033 */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** Three digits that matter, for norms and rates that span decades. */
export function formatSmall(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001 || size >= 10_000) return value.toExponential(1).replace('e+', 'e');
  return value.toFixed(size < 0.1 ? 4 : size < 10 ? 3 : size < 100 ? 2 : 1);
}

/** Milliseconds; below a microsecond a browser's clock tells nothing. */
export function formatMs(ms: number | null | undefined): string {
  if (ms == null || !Number.isFinite(ms)) return NOTHING;
  if (ms < 0.001) return '<0.001';
  return ms.toFixed(ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

export function formatRate(perSecond: number | null | undefined): string {
  if (perSecond == null || !Number.isFinite(perSecond)) return NOTHING;
  return perSecond < 10 ? String(Math.round(perSecond * 10) / 10) : formatCount(perSecond);
}

/** A duration in words short enough for a bar: 0.4 s, 12 s, 3 min 05 s. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return NOTHING;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** How vocabularies write BOS; every other token is one character. */
export const BOS = '<BOS>';

/** A token as a glyph: white space is made visible, BOS keeps its name. */
export function formatToken(token: string): string {
  if (token === BOS) return 'BOS';
  if (token === ' ') return '␣';
  if (token === '\t') return '⇥';
  return token;
}

/** A token inside a sentence. */
export function quoteToken(token: string): string {
  return token === BOS ? 'BOS' : `“${formatToken(token)}”`;
}
