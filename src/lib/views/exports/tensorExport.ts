import type { TensorReading } from '../../run/questions';
import { indexAt, pool, scales, sliceOf } from '../operations/tensorPixels';
import { describeShape, nameOfTensor } from '../operations/words';
import type { PanelExports, Table } from './exports';
import { openedHead, type OpenedView } from './openedHead';
import { signedCells, signedLegend, type Ramps } from './signedPicture';
import { group, sheet, type Ink } from './svg';

export interface TensorView extends OpenedView {
  readonly reading: TensorReading;
  /** The one that the picture shows; null: all of the tensor. */
  readonly head: number | null;
  readonly ramps: () => Ramps;
}

/** All numbers of a tensor with their indices, and the picture that is shown of it; null where nothing is computed. */
export function tensorExport(view: TensorView): PanelExports | null {
  const { reading } = view;
  const { numbers } = reading;
  if (!numbers) return null;
  const name = nameOfTensor(reading);
  const head = openedHead(name.replace('+ ', 'added-'), view);
  return {
    ...head,
    table: () => tensorTable(numbers, reading.shape),
    picture: (ink) => tensorPicture({ ...view, name, numbers }, head.caption, ink)
  };
}

/** Digits enough to make the same number of each again. */
function tensorTable(numbers: Float64Array, shape: readonly number[]): Table {
  const header = [...shape.map((_, axis) => `i${axis}`), 'number'];
  const rows = Array.from(numbers, (x, place) => [...indexAt(place, shape), x]);
  return { header, rows };
}

const WIDTH = 640;
const MOST_HEIGHT = 640;
const LEGEND = 26;
/** More cells than this would be smaller than a pixel. */
const MOST_CELLS = 640;

function tensorPicture(
  view: TensorView & { readonly name: string; readonly numbers: Float64Array },
  caption: string,
  ink: Ink
): string {
  const { reading, numbers, head, name, operations } = view;
  const scale = scales[operations.scale][reading.reading];
  const pooled = pool(numbers, sliceOf(reading.shape, head), MOST_CELLS);
  const size = Math.min(WIDTH / pooled.columns, MOST_HEIGHT / pooled.rows, 48);
  const height = Math.max(size * pooled.rows, 12);
  const width = Math.max(size * pooled.columns, 12);
  const part = head === null ? '' : `, head ${head}`;
  return sheet({
    ...{ title: `${name} ${describeShape(reading.shape)}${part}`, caption, ink, width: WIDTH },
    height: LEGEND + height,
    body: [
      signedLegend(scale, view.ramps(), ink),
      group(0, LEGEND, signedCells(pooled.numbers, pooled, scale, view.ramps(), { width, height }))
    ]
  });
}
