import { progressOf } from '../run/progress';
import type { StepOutline, TensorName } from '../run/questions';

/**
 * What tells the numbers of a tensor at one stop of the backward pass from those at others; null where there are none.
 * Gradients with as many contributions are the same.
 */
export function tensorKey(
  outline: StepOutline | null,
  position: number,
  { tensor, reading }: TensorName
): string | null {
  if (reading === 'value') return `${tensor} value`;
  if (!outline) return null;
  const { done, state } = progressOf(outline, position, tensor);
  if (reading === 'gradient') return state === 'none' ? null : `${tensor} gradient ${done}`;
  const added = outline.stops[position - 1]?.contributions ?? [];
  return added.some((each) => each.tensor === tensor) ? `${tensor} added ${position}` : null;
}
