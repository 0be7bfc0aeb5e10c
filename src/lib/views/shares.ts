import type { SampleEvent } from '../run/protocol';
import { formatShare } from './format';

/** The worth of samples in words and numbers: `12 of 20 valid (60%) · 3 copied`. */
export function describeShares({
  samples,
  shares
}: Pick<SampleEvent, 'samples' | 'shares'>): string {
  const copied = samples.filter((sample) => sample.copied).length;
  const novelty = `${copied} copied (${formatShare(shares.copied)})`;
  if (shares.valid === null) return `${samples.length} drawn · ${novelty}`;
  const valid = samples.filter((sample) => sample.valid).length;
  return `${valid} of ${samples.length} valid (${formatShare(shares.valid)}) · ${novelty}`;
}
