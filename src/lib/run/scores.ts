import type { Validate } from './packs';

/** A sample and what it is worth. */
export interface ScoredSample {
  readonly text: string;
  /** Whether it is right; null where the corpus has no rule. */
  readonly valid: boolean | null;
  /** Why it is not valid. */
  readonly reason: string | null;
  /** Whether it is a document of the corpus, letter by letter. */
  readonly copied: boolean;
}

/** Shares of a batch of samples, from 0 to 1. */
export interface SampleShares {
  /** null where the corpus has no rule, or the batch is empty. */
  readonly valid: number | null;
  readonly copied: number;
}

/** Marks each sample as valid or not, and as copied from the corpus or not. */
export function scoreSamples(
  samples: readonly string[],
  corpusLines: ReadonlySet<string>,
  validate: Validate | null
): ScoredSample[] {
  return samples.map((text) => {
    const reason = validate ? validate(text) : null;
    const valid = validate ? reason === null : null;
    return { text, valid, reason, copied: corpusLines.has(text) };
  });
}

/** The share of a batch that is valid, and the share that is copied (0 of an empty batch). */
export function sampleShares(scored: readonly ScoredSample[]): SampleShares {
  const judged = scored.filter((sample) => sample.valid !== null);
  const valid = judged.filter((sample) => sample.valid).length;
  const copied = scored.filter((sample) => sample.copied).length;
  return {
    valid: judged.length > 0 ? valid / judged.length : null,
    copied: scored.length > 0 ? copied / scored.length : 0
  };
}
