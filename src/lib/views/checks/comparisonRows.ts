import { REFERENCE } from '../../run/checks/engineChoices';
import { engineLabel } from '../../run/engineLabels';
import type { ComparedTensor, ComparisonFinding, NodeTime } from '../../run/checks/tasks';
import type { EngineName } from '../../run/protocol';
import type { TensorName } from '../../run/questions';
import { nameOfTensor } from '../operations/words';

/** One line of the microscope's table. */
export interface ComparisonRow extends ComparedTensor {
  /** In the order computed, from 1. */
  readonly place: number;
  /** As it is called on the screen: `layer0.q`, `dlayer0.attn_wq`. */
  readonly title: string;
  /** Milliseconds of the operation's whole pass on each engine; null on all but the first line of a pass. */
  readonly expectedTime: number | null;
  readonly actualTime: number | null;
}

/** A column by which the lines can be sorted. */
export interface ComparisonColumn {
  readonly title: string;
  readonly about: string;
  readonly value: (row: ComparisonRow) => number | string | null;
}

/** @param engine compared with the reference */
export function comparisonColumns(engine: EngineName): readonly ComparisonColumn[] {
  return [
    { title: '#', about: 'order of computation', value: (row) => row.place },
    { title: 'Tensor', about: 'what the operation wrote', value: (row) => row.title },
    { title: 'Operation', about: 'which wrote it', value: (row) => row.node },
    { title: 'max |Δ|', about: 'largest difference', value: (row) => row.deviation.error },
    { title: 'Relative', about: 'to its largest number', value: (row) => row.relative },
    { title: 'ulp', about: 'in units of the last place, f32', value: (row) => row.ulp },
    { title: 'Worst cell', about: 'where', value: (row) => row.deviation.index },
    {
      title: 'So far',
      about: 'with all errors before it, in shares of the tolerance of a step',
      value: (row) => row.deviation.share
    },
    {
      title: 'Alone',
      about: 'what this operation added, in shares of its own tolerance',
      value: (row) => row.own.share
    },
    timeColumn(REFERENCE, (row) => row.expectedTime),
    timeColumn(engine, (row) => row.actualTime)
  ];
}

function timeColumn(engine: EngineName, value: ComparisonColumn['value']): ComparisonColumn {
  return {
    title: `${engine} µs`,
    about: `time of the operation’s pass, ${engineLabel(engine)}`,
    value
  };
}

/** What the comparison found so far, as lines of a table. */
export function comparisonRows(findings: readonly ComparisonFinding[]): ComparisonRow[] {
  const timed = timesByNode(findings);
  const tensors = findings.flatMap((found) => (found.type === 'tensor' ? [found.compared] : []));
  return tensors.map((compared, i) => {
    const { node, pass, tensor } = compared;
    const before = tensors[i - 1];
    const isFirst = before?.node !== node || before.pass !== pass;
    const time = (which: 'expected' | 'actual') =>
      isFirst ? (timed[which].get(node)?.[pass] ?? null) : null;
    const reading: TensorName['reading'] = pass === 'forward' ? 'value' : 'gradient';
    return {
      ...compared,
      place: i + 1,
      title: nameOfTensor({ tensor, reading }),
      expectedTime: time('expected'),
      actualTime: time('actual')
    };
  });
}

/** Sum of a column of times; null while there are none. */
export function totalTime(
  rows: readonly ComparisonRow[],
  column: 'expectedTime' | 'actualTime',
  pass: ComparedTensor['pass']
): number | null {
  const times = rows.filter((row) => row.pass === pass).map((row) => row[column]);
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : known.reduce((sum, time) => sum + time, 0);
}

function timesByNode(findings: readonly ComparisonFinding[]) {
  const timed = { expected: new Map<string, NodeTime>(), actual: new Map<string, NodeTime>() };
  for (const found of findings) {
    if (found.type !== 'times') continue;
    const column = timed[found.engine === REFERENCE ? 'expected' : 'actual'];
    for (const time of found.times) column.set(time.node, time);
  }
  return timed;
}
