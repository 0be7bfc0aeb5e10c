import type { OpenedNumber } from '../../run/questions';
import { nameOfNumber } from '../operations/words';
import type { PanelExports, Table } from './exports';
import { openedHead, type OpenedView } from './openedHead';

export interface NumberView extends OpenedView {
  readonly opened: OpenedNumber;
}

/** What a number is the sum of; null where nothing made it. */
export function numberExport(view: NumberView): PanelExports | null {
  const { opened } = view;
  if (opened.contributions.length === 0) return null;
  const name = nameOfNumber(opened.address);
  const { stem, caption } = openedHead(name, view);
  const stored = `${name} = ${opened.stored}`;
  return { stem, caption: `${caption} · ${stored}`, table: () => termsTable(opened) };
}

/** Every term of every contribution, the largest first, with all of its digits. */
function termsTable({ contributions }: OpenedNumber): Table {
  const header = ['contribution', 'node', 'operation', 'rule', 'term', 'value', 'written_out'];
  const rows = contributions.flatMap(({ node, operation, symbolic, terms }, i) => {
    const rule = symbolic
      .map(({ left, sign, pieces }) => `${left} ${sign} ${textOf(pieces)}`)
      .join('; ');
    return terms.map(({ value, pieces }, k) => [
      ...[i + 1, node, operation, rule, k + 1],
      ...[value, textOf(pieces)]
    ]);
  });
  return { header, rows };
}

function textOf(pieces: readonly { readonly text: string }[]): string {
  return pieces.map(({ text }) => text).join('');
}
