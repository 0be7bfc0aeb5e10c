import { SvelteSet } from 'svelte/reactivity';
import type { Breakpoint } from '../run/questions';

/** Where a walk through a backward pass stops by itself. Assign to all but `operations`. */
export class Breakpoints {
  readonly operations = new SvelteSet<string>();
  /** Whether to stop at a gradient's number whose magnitude is above `above`. */
  isOnMagnitude = $state(false);
  above = $state(0.1);
  /** Whether to stop at a gradient's number that is not finite. */
  isOnNonFinite = $state(true);

  get list(): Breakpoint[] {
    const { above } = this;
    return [
      ...[...this.operations].map((name) => ({ on: 'operation', name }) as const),
      ...(this.isOnMagnitude ? [{ on: 'magnitude', above } as const] : []),
      ...(this.isOnNonFinite ? [{ on: 'nonFinite' } as const] : [])
    ];
  }

  toggle(operation: string): void {
    if (!this.operations.delete(operation)) this.operations.add(operation);
  }
}
