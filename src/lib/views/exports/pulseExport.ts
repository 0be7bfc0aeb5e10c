import type { Snapshot } from '../../run/snapshot';
import { formatMs } from '../format';
import { pulseOf, shareOf, type Pulse } from '../pulse';
import { exportHead, type PanelExports } from './exports';
import { element, group, label, sheet, type Ink } from './svg';

/** Milliseconds of each stage; null before any was timed. */
export function pulseExport(snapshot: Snapshot): PanelExports | null {
  const pulse = pulseOf(snapshot.settings?.n_layer ?? 1, snapshot.times);
  if (pulse.total === null) return null;
  const head = exportHead('step-times', snapshot, snapshot.step);
  const rows = [
    ...pulse.stages.map(({ stage, forward, backward }) => [stage, forward ?? '', backward ?? '']),
    ['adam', pulse.adam ?? '', '']
  ];
  return {
    ...head,
    table: () => ({ header: ['stage', 'forward_ms', 'backward_ms'], rows }),
    picture: (ink) => pulsePicture(pulse, head.caption, ink)
  };
}

const WIDTH = 720;
const ROW = 26;
const LEFT = 110;
const NUMBER = 62;

function pulsePicture(pulse: Pulse, caption: string, ink: Ink): string {
  const times = [pulse.adam, ...pulse.stages.flatMap((s) => [s.forward, s.backward])];
  const longest = Math.max(...times.map((ms) => shareOf(ms, pulse)), 1e-9);
  const room = (WIDTH - LEFT) / 2 - NUMBER - 12;
  const bar = (x: number, y: number, ms: number | null) => [
    element('rect', { x, y: y + 4, width: room, height: 8, rx: 2, fill: ink.line }),
    element('rect', {
      ...{ x, y: y + 4, width: (room * shareOf(ms, pulse)) / longest, height: 8, rx: 2 },
      fill: ink.accent
    }),
    label(x + room + NUMBER, y + 12, `${formatMs(ms)} ms`, {
      ...{ font: 'mono', 'font-size': 11, 'text-anchor': 'end', fill: ink['ink-1'] }
    })
  ];
  const name = (y: number, text: string) =>
    label(0, y + 12, text, { 'font-size': 12, fill: ink['ink-1'] });
  const right = LEFT + room + NUMBER + 12;
  const head = { 'font-size': 11, fill: ink['ink-3'] };
  const stages = pulse.stages.flatMap(({ title, forward, backward }, i) => {
    const y = 14 + i * ROW;
    return [name(y, title), ...bar(LEFT, y, forward), ...bar(right, y, backward)];
  });
  const last = 14 + pulse.stages.length * ROW;
  return sheet({
    title: `Inside one step: ${formatMs(pulse.total)} ms`,
    ...{ caption, ink, width: WIDTH, height: last + ROW },
    body: [
      label(LEFT, 4, 'forward', head),
      label(right, 4, 'backward', head),
      ...stages,
      group(0, last, name(0, 'Adam'), ...bar(LEFT, 0, pulse.adam))
    ]
  });
}
