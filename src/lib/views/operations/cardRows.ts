import type { NodeOutline, StopOutline, TensorName } from '../../run/questions';

/** A tensor of one operation, in the operation's own name for it. */
export interface CardRow extends TensorName {
  readonly slot: string;
  /** How its gradient accumulates. */
  readonly rule?: string;
  /** Whether the backward rules read it. */
  readonly isSaved?: boolean;
  /** Which contribution to the gradient this operation makes: the second of three. */
  readonly share?: { readonly number: number; readonly of: number };
}

/** Forward: inputs and y. */
export function forwardRows(node: NodeOutline, stop: StopOutline | undefined): CardRow[] {
  const inputs = Object.entries(node.inputs);
  return [...inputs, ['y', node.name] as const].map(([slot, tensor]) => ({
    slot,
    tensor,
    reading: 'value',
    isSaved: stop !== undefined && slot in stop.saved
  }));
}

/**
 * Backward: dy, then the gradient of each input; of one that others add to as well, what came now is told apart.
 * @param stop the operation's place in the backward pass; none if the seed does not come from it
 */
export function backwardRows(
  node: NodeOutline,
  stop: StopOutline | undefined,
  isJustDone: boolean
): CardRow[] {
  if (!stop) return [];
  const rows = Object.entries(node.inputs).flatMap(([slot, tensor]): CardRow[] => {
    const share = stop.contributions.find((contribution) => contribution.tensor === tensor);
    const row = { slot: `d${slot}`, tensor, rule: node.gradient[slot], share };
    const whole = { ...row, reading: 'gradient' } as const;
    if (!isJustDone || !share || share.of < 2) return [whole];
    return [whole, { slot: `+ d${slot}`, tensor, reading: 'added' }];
  });
  return [{ slot: 'dy', tensor: node.name, reading: 'gradient' }, ...rows];
}
