import type { SampleEvent } from '../../run/protocol';
import type { Snapshot } from '../../run/snapshot';
import { describeShares } from '../shares';
import { exportHead, type PanelExports, type Table } from './exports';
import { label, sheet, type Ink } from './svg';

/** All samples as a table, the newest set as a picture; null before any was drawn. */
export function samplesExport(snapshot: Snapshot): PanelExports | null {
  const newest = snapshot.samples.at(-1);
  if (!newest) return null;
  const head = exportHead('samples', snapshot, newest.step);
  return {
    ...head,
    table: () => samplesTable(snapshot.samples),
    picture: (ink) => samplesPicture(newest, head.caption, ink)
  };
}

function samplesTable(sets: readonly SampleEvent[]): Table {
  const rows = sets.flatMap(({ step, temperature, samples }) =>
    samples.map(({ text, valid, reason, copied }) => [
      ...[step, temperature, text, valid === null ? '' : String(valid)],
      ...[reason ?? '', String(copied)]
    ])
  );
  return { header: ['step', 'temperature', 'sample', 'valid', 'reason', 'copied'], rows };
}

const WIDTH = 560;
const ROW = 20;

function samplesPicture(set: SampleEvent, caption: string, ink: Ink): string {
  const { samples, temperature } = set;
  const lines = samples.flatMap(({ text, valid, copied }, i) => {
    const y = 40 + i * ROW;
    const mark = valid === null ? '·' : valid ? '✓' : '✗';
    const code = { font: 'mono', 'font-size': 13, fill: ink['ink-1'] } as const;
    return [
      label(0, y, mark, { ...code, fill: valid ? ink.accent : ink['ink-3'] }),
      label(20, y, text === '' ? '(empty)' : text, { ...code, 'xml:space': 'preserve' }),
      label(WIDTH, y, copied ? 'copied' : 'novel', {
        ...{ 'font-size': 11, 'text-anchor': 'end', fill: ink['ink-3'] }
      })
    ];
  });
  const told = `temperature ${temperature} · ${describeShares(set)}`;
  return sheet({
    ...{ title: 'Samples: what it writes by itself', caption, ink, width: WIDTH },
    height: 40 + samples.length * ROW,
    body: [label(0, 12, told, { 'font-size': 12, fill: ink['ink-3'] }), ...lines]
  });
}
