import { csv } from '../csv';
import type { Snapshot } from '../../run/snapshot';
import { fileStem, runCaption } from './caption';
import type { Ink } from './svg';

export interface Table {
  readonly header: readonly string[];
  readonly rows: Iterable<readonly (string | number)[]>;
}

/** What a panel can give away; each is made only when it is asked for. */
export interface PanelExports {
  /** Of the files, without what follows the dot. */
  readonly stem: string;
  readonly caption: string;
  /** Fetches what a picture needs and is not here. */
  readonly prepare?: () => Promise<void>;
  /** A whole SVG. */
  readonly picture?: (ink: Ink) => string;
  /** A bitmap where there is no SVG to draw it from. */
  readonly bitmap?: () => Promise<Blob | null>;
  readonly table?: () => Table;
}

export type ExportKind = 'SVG' | 'PNG' | 'CSV';

/** Stem and caption for something of a run at a step. */
export function exportHead(name: string, snapshot: Snapshot, step: number | null) {
  return { stem: fileStem(name, snapshot, step), caption: runCaption(snapshot, step) };
}

export function kindsOf({ picture, bitmap, table }: PanelExports): ExportKind[] {
  return [
    ...(picture ? (['SVG'] as const) : []),
    ...(picture || bitmap ? (['PNG'] as const) : []),
    ...(table ? (['CSV'] as const) : [])
  ];
}

/** A table as CSV; its first line is the caption, behind the # that marks a comment. */
export function captionedCsv(caption: string, { header, rows }: Table): string {
  return `# ${caption.replace(/[\r\n]+/g, ' ')}\r\n${csv(header, rows)}`;
}
