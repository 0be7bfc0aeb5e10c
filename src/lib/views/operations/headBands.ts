import type { StepOutline } from '../../run/questions';
import { headsOf } from './tensorPixels';

/** Rows or columns of a matrix that belong to one head after another, each as many. */
export interface HeadBands {
  readonly axis: 'rows' | 'columns';
  readonly heads: number;
}

/**
 * How a matrix of a step is parted by its heads; null if it is not. Columns of what attention reads and gives (T, n_embd)
 * are; and so are the rows of weights that make such columns, and the columns of weights that read them.
 */
export function headBands(
  tensor: string,
  { nodes, shapes }: Pick<StepOutline, 'nodes' | 'shapes'>
): HeadBands | null {
  const heads = Math.max(...nodes.map(({ name }) => headsOf(shapes[name])));
  if (heads < 2 || shapes[tensor]?.length !== 2) return null;
  const parted = new Set(
    nodes
      .map(({ name, inputs }) => [name, ...Object.values(inputs)])
      .filter((around) => around.some((name) => headsOf(shapes[name] ?? []) > 0))
      .flat()
  );
  if (parted.has(tensor)) return { axis: 'columns', heads };
  const reader = nodes.find(({ inputs }) => inputs.w === tensor);
  if (!reader) return null;
  if (parted.has(reader.name)) return { axis: 'rows', heads };
  return parted.has(reader.inputs.x) ? { axis: 'columns', heads } : null;
}
