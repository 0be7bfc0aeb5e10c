import { engineNames } from '../engine/engine';
import { parameterGroups } from '../engine/program';
import { momentChoices } from './branch';
import {
  anything,
  count,
  finite,
  flag,
  list,
  oneOf,
  orNull,
  record,
  text,
  type Read
} from './reader';
import { settingsTable } from './settingsTable';

/** The form of a trace's content: every key, and what stands under it. See docs/trace.md. */

const norms = record(recordOf(parameterGroups, list(finite)));

const tokenSummary = record({
  position: count,
  input: count,
  target: count,
  loss: finite,
  target_prob: finite,
  target_rank: count,
  top_k: list(record({ token_id: count, prob: finite }))
});

/** `weights`: rows up to their own position, layer by layer, head by head, as base64 of little-endian f64. */
const attention = record({ n_layer: count, n_head: count, T: count, weights: text });

const sample = record({ text, valid: orNull(flag), reason: orNull(text), copied: flag });

const content = {
  format: text,
  version: count,
  appVersion: text,
  status: oneOf('paused', 'completed', 'failed', 'canceled'),
  error: orNull(text),
  settings: record(
    recordOf(
      settingsTable.map(({ key }) => key),
      anything
    )
  ),
  corpus: record({ id: text, title: text, hash: text, documents: count }),
  engine: oneOf(...engineNames),
  device: text,
  notices: list(text),
  vocabulary: list(text),
  num_params: count,
  cut_share: finite,
  steps: record({
    loss: list(finite),
    learning_rate: list(finite),
    gradient_norms: norms,
    update_norms: norms
  }),
  frames: list(
    record({
      step: count,
      document: text,
      tokens: list(tokenSummary),
      attention: orNull(attention)
    })
  ),
  samples: list(
    record({
      type: oneOf('sample.generated'),
      step: count,
      temperature: finite,
      samples: list(sample),
      shares: record({ valid: orNull(finite), copied: finite })
    })
  )
};

/** Where a branch comes from: the first steps are those of the run that it left. */
const branch = record({
  of: text,
  step: count,
  edits: list(
    record({ parameter: text, row: count, column: count, before: finite, after: finite })
  ),
  moments: oneOf(...momentChoices)
});

/** Of version 1, and of version 2, which is written for a branch only. */
export const traceContents = { 1: record(content), 2: record({ ...content, branch }) } as const;

export type TraceVersion = keyof typeof traceContents;

export type TraceContent = Read<(typeof traceContents)[1]> &
  Partial<Pick<Read<(typeof traceContents)[2]>, 'branch'>>;

function recordOf<K extends string, R>(keys: readonly K[], reader: R): Record<K, R> {
  return Object.fromEntries(keys.map((key) => [key, reader])) as Record<K, R>;
}
