import type { PanelExports } from '../exports/exports';
import { edgeRows } from './edges';
import type { Picture } from './picture';

/**
 * What of a constellation can be saved: the scene as it stands, and its arcs as a table.
 * @param draw gives the scene with a caption; null where there is none
 */
export function constellationExport(
  { mode, frame, edges }: Picture,
  caption: string,
  draw: (caption: string) => Promise<Blob | null>
): PanelExports {
  const text = `${mode.label} ${mode.symbol} · step ${frame.step} · ${frame.document} · ${caption}`;
  return {
    stem: `constellation-${mode.id}-step${frame.step}`,
    caption: text,
    bitmap: () => draw(text),
    table: () => ({ header: ['layer', 'head', 't', 's', mode.id], rows: edgeRows(edges) })
  };
}
