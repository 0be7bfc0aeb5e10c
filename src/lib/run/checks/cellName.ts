import type { Address } from '../../engine/ops/expression';
import { nearest } from '../nearest';

type Shapes = Readonly<Record<string, readonly number[]>>;

/**
 * Reads `layer0.attn_wq[3,5]`; a `d` before the name, as gradients have, may be there.
 * Returns the cell's address, or a sentence on what is needed.
 */
export function parseCell(text: string, shapes: Shapes): Address | string {
  const found = /^\s*([\w.]+)\s*(?:\[([\d\s,]*)\])?\s*$/.exec(text);
  if (!found) return `cell: needs a name and an index as in wte[0,0], got ${text || 'nothing'}`;
  const [, written, places = ''] = found;
  const tensor = written in shapes ? written : written.replace(/^d/, '');
  const shape = shapes[tensor];
  if (!shape) {
    const suggestions = nearest(tensor, Object.keys(shapes), 3).join(', ');
    return `cell: needs a tensor of the program, got ${written}; nearest are ${suggestions}`;
  }
  const index = (places.match(/\d+/g) ?? []).map(Number);
  const isInside = index.length === shape.length && index.every((at, k) => at < shape[k]);
  if (isInside) return { tensor, aspect: 'gradient', index };
  return `cell: needs an index inside (${shape.join(', ')}) of ${tensor}, got [${index.join(',')}]`;
}
