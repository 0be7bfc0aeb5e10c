import { version } from '../../../package.json';
import type { Snapshot } from '../run/snapshot';
import { LONGEST_TRACE, readTrace, TraceError, writeTrace } from '../run/trace';

export interface TraceFile {
  readonly blob: Blob;
  readonly fileName: string;
}

/** A character takes at most 3 bytes of UTF-8: a longer file is refused before it is read. */
const LONGEST_FILE = 3 * LONGEST_TRACE;

/** A run as a file to download. */
export function traceFile(snapshot: Snapshot): TraceFile {
  const pack = snapshot.corpus!.id.replace(/[^\w-]+/g, '-');
  const blob = new Blob([writeTrace(snapshot, version)], { type: 'application/json' });
  return { blob, fileName: `microgpt-${pack}-step${snapshot.step}.json` };
}

/** The run that a file holds. Throws TraceError with the reason why it is refused. */
export async function readTraceFile(file: File): Promise<Snapshot> {
  if (file.size > LONGEST_FILE) {
    throw new TraceError(`trace: needs at most ${LONGEST_FILE} bytes, got ${file.size}`);
  }
  return readTrace(await file.text());
}
