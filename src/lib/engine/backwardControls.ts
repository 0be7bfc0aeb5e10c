import type { BackwardPass } from './backwardPass';

/** Where a walk through a backward pass stops by itself. */
export type Breakpoint =
  /** An operation, by the name of its node (`layer0.q`) or of its kind (`softmax`). */
  | { readonly on: 'operation'; readonly name: string }
  /** A gradient's number whose magnitude is above a value. */
  | { readonly on: 'magnitude'; readonly above: number }
  /** A gradient's number that is NaN or infinite. */
  | { readonly on: 'nonFinite' };

/** What stopped a walk: the cell of a gradient, unless it was an operation. */
export interface Hit {
  readonly breakpoint: Breakpoint;
  readonly tensor?: string;
  readonly index?: number;
  readonly value?: number;
}

/** One operation on. Like every control: from a position, the number of operations done, to another. */
export function nextOperation({ stops }: BackwardPass, position: number): number {
  return Math.min(position + 1, stops.length);
}

/** One operation taken back. */
export function previousOperation(_: BackwardPass, position: number): number {
  return Math.max(position - 1, 0);
}

/** To the end of the block of the next operation. */
export function overStage({ stops }: BackwardPass, position: number): number {
  const stage = stops[position]?.node.stage;
  let end = position;
  while (end < stops.length && stops[end].node.stage === stage) end++;
  return end;
}

/** Takes back what is done of the block of the operation just done. */
export function backOverStage({ stops }: BackwardPass, position: number): number {
  const stage = stops[position - 1]?.node.stage;
  let start = position;
  while (start > 0 && stops[start - 1].node.stage === stage) start--;
  return start;
}

/** To where the next operation of a name, its node's or its kind's, is done; to the end if none follows. */
export function toOperation(pass: BackwardPass, position: number, name: string): number {
  return walk(pass, position, [{ on: 'operation', name }]).position;
}

export function toEnd({ stops }: BackwardPass): number {
  return stops.length;
}

/** Does operation after operation until one meets a breakpoint, or to the end. */
export function walk(
  pass: BackwardPass,
  position: number,
  breakpoints: readonly Breakpoint[]
): { position: number; hit?: Hit } {
  for (let at = position + 1; at <= pass.stops.length; at++) {
    const hit = hitAt(pass, at, breakpoints);
    if (hit) return { position: at, hit };
  }
  return { position: pass.stops.length };
}

/** The first breakpoint that the operation just done meets. */
export function hitAt(
  pass: BackwardPass,
  position: number,
  breakpoints: readonly Breakpoint[]
): Hit | undefined {
  for (const breakpoint of breakpoints) {
    const hit = meet(pass, position, breakpoint);
    if (hit) return hit;
  }
  return undefined;
}

function meet(pass: BackwardPass, position: number, breakpoint: Breakpoint): Hit | undefined {
  const node = pass.stopAt(position)?.node;
  if (breakpoint.on === 'operation') {
    const { name } = breakpoint;
    return node?.name === name || node?.operationName === name ? { breakpoint } : undefined;
  }
  for (const [tensor, gradient] of pass.changed(position)) {
    const index = gradient.findIndex(condition(breakpoint));
    if (index >= 0) return { breakpoint, tensor, index, value: gradient[index] };
  }
  return undefined;
}

function condition(breakpoint: Exclude<Breakpoint, { on: 'operation' }>): (d: number) => boolean {
  if (breakpoint.on === 'nonFinite') return (d) => !Number.isFinite(d);
  return (d) => Math.abs(d) > breakpoint.above;
}
