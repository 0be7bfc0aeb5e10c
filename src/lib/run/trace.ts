import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { attentionFromRows, attentionRows } from './attention';
import { decodeDoubles, encodeDoubles } from './base64';
import { requireObject } from './reader';
import type { Settings } from './settings';
import { emptySnapshot, type RecordedFrame, type Snapshot } from './snapshot';
import { checkTrace } from './traceChecks';
import { traceContents, type TraceContent, type TraceVersion } from './traceForm';

const FORMAT = 'microgpt-lab-trace';

/** What an older lab can no longer read is written as a newer version: a branch as 2, any other run as 1. */
const versions: Readonly<Record<'run' | 'branch', TraceVersion>> = { run: 1, branch: 2 };

/** Longest text that is read, in characters: 64 MiB. */
export const LONGEST_TRACE = 64 * 2 ** 20;

/** A file that is not a trace this lab can show. The message reads `trace: needs rule, got what`. */
export class TraceError extends Error {
  override name = 'TraceError';
}

/**
 * A run as one JSON file: what it was, and all that was recorded of it. A run under way is written as paused.
 * Throws TraceError if the run has not started.
 * @param appVersion the lab's own version
 */
export function writeTrace(snapshot: Snapshot, appVersion: string): string {
  const { status, error, settings, corpus, engine, device, notices } = snapshot;
  const { vocabulary, num_params, cut_share, branch, curves: steps, samples } = snapshot;
  if (!settings || !corpus || !engine) {
    throw new TraceError('trace: needs a run that has started, got none');
  }
  const about = { settings, corpus, engine, device, notices, vocabulary, num_params, cut_share };
  const content = {
    format: FORMAT,
    version: versions[branch ? 'branch' : 'run'],
    appVersion,
    status: status === 'running' ? 'paused' : status,
    error,
    ...about,
    steps,
    frames: snapshot.frames.map(writeFrame),
    samples,
    ...(branch && { branch })
  };
  return JSON.stringify({ ...content, checksum: checksum(content) });
}

/** The snapshot that a trace was written from. Throws TraceError with the reason why a file is refused. */
export function readTrace(file: string): Snapshot {
  const { checksum: told, ...rest } = parse(file);
  const version = requireFormat(rest);
  try {
    const content: TraceContent = traceContents[version](rest, 'trace');
    requireChecksum(content, told);
    checkTrace(content);
    return snapshotOf(content);
  } catch (error) {
    if (error instanceof RangeError) throw new TraceError(error.message);
    throw error;
  }
}

/** SHA-256 of all that a trace holds, whatever the order of its keys, in hex. */
export function checksum(content: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(content, sortKeys))));
}

function parse(file: string): Record<string, unknown> {
  if (file.length > LONGEST_TRACE) {
    throw new TraceError(`trace: needs at most ${LONGEST_TRACE} characters, got ${file.length}`);
  }
  try {
    return requireObject(JSON.parse(file), 'trace');
  } catch (error) {
    if (error instanceof RangeError) throw new TraceError(error.message);
    throw new TraceError(`trace: needs a whole JSON file, got ${(error as Error).message}`);
  }
}

function requireFormat({ format, version }: Record<string, unknown>): TraceVersion {
  if (format !== FORMAT) {
    throw new TraceError(`trace: needs format ${FORMAT}, got ${JSON.stringify(format)}`);
  }
  const known = Object.values(versions).find((each) => each === version);
  if (known) return known;
  const isNewer = typeof version === 'number' && version > versions.branch;
  const got = JSON.stringify(version) + (isNewer ? ', which a newer lab wrote' : '');
  throw new TraceError(`trace: needs version ${versions.run} or ${versions.branch}, got ${got}`);
}

function requireChecksum(content: TraceContent, told: unknown): void {
  if (told === checksum(content)) return;
  throw new TraceError(
    'trace: needs its own checksum, got another; the file was edited or damaged'
  );
}

function snapshotOf({ settings, steps, frames, ...content }: TraceContent): Snapshot {
  const { status, error, corpus, engine, device, notices } = content;
  const { vocabulary, num_params, cut_share, branch = null, samples } = content;
  const about = { corpus, engine, device, notices, vocabulary, num_params, cut_share, branch };
  const step = steps.loss.length;
  return {
    ...emptySnapshot,
    ...about,
    status,
    error,
    settings: settings as unknown as Settings,
    step,
    until: step,
    curves: steps,
    frames: frames.map(readFrame),
    samples
  };
}

function writeFrame({ step, document, tokens, attention }: RecordedFrame) {
  if (!attention) return { step, document, tokens, attention };
  const { n_layer, n_head, T } = attention;
  const weights = encodeDoubles(attentionRows(attention).flat(3));
  return { step, document, tokens, attention: { n_layer, n_head, T, weights } };
}

function readFrame({ attention, ...frame }: TraceContent['frames'][number]): RecordedFrame {
  if (!attention) return { ...frame, attention };
  return { ...frame, attention: attentionFromRows(attention, decodeDoubles(attention.weights)) };
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
