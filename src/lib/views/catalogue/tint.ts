import type { Operation } from '../../engine/ops/operation';

/** What a stretch of a formula or of code is, for its colour: values and gradients as everywhere in the lab. */
export type Tint = 'value' | 'gradient' | 'word' | 'comment' | 'plain';

export interface Stretch {
  readonly text: string;
  readonly tint: Tint;
}

/** Words of TypeScript, of WGSL and of the formulas' conditions. */
const words = new Set(['for', 'if', 'else', 'let', 'const', 'var', 'return']);

/** A comment, a name or a number, or what is between them. */
const pieces = /\/\/.*|[A-Za-z_]\w*|\d[\w.]*|\s+|[^\w\s]/g;

/** Splits a formula, loops or a kernel of an operation into stretches of one tint each. */
export function tinted(text: string, { inputs, indices }: Operation): readonly Stretch[] {
  const values = new Set(['y', ...inputs, ...indices]);
  const gradients = new Set(['dy', ...inputs.map((input) => `d${input}`)]);
  const stretches: Stretch[] = [];
  for (const [piece] of text.matchAll(pieces)) {
    const tint = tintOf(piece, values, gradients);
    const last = stretches.at(-1);
    if (last?.tint === tint) stretches[stretches.length - 1] = { tint, text: last.text + piece };
    else stretches.push({ tint, text: piece });
  }
  return stretches;
}

function tintOf(piece: string, values: Set<string>, gradients: Set<string>): Tint {
  if (piece.startsWith('//')) return 'comment';
  if (gradients.has(piece)) return 'gradient';
  if (values.has(piece)) return 'value';
  return words.has(piece) ? 'word' : 'plain';
}
