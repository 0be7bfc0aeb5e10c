import type { Selection } from '../../state/selection.svelte';
import type { Filter, Pin } from './emphasis';
import { modes, type Arrangement, type Mode, type ModeId } from './modes';
import type { WatchedFrame } from './picture';

/** What the reader has chosen to see of the constellation. */
export class Look {
  arrangement = $state<Arrangement>('reading');
  /** Whether the selected token, and the selected head, stand out. */
  holdsToken = $state(false);
  holdsHead = $state(false);
  #mode = $state<ModeId>('attention');
  #thresholds = $state<Partial<Record<ModeId, number>>>({});
  #hiddenLayers = $state.raw<ReadonlySet<number>>(new Set());
  #hiddenHeads = $state.raw<ReadonlySet<number>>(new Set());

  get mode(): Mode {
    return modes.find(({ id }) => id === this.#mode)!;
  }

  choose(mode: ModeId): void {
    this.#mode = mode;
  }

  /** Amount below which an arc is left out; each mode has its own. */
  get threshold(): number {
    return this.#thresholds[this.#mode] ?? this.mode.threshold;
  }

  set threshold(amount: number) {
    this.#thresholds[this.#mode] = amount;
  }

  filter(n_layer: number, n_head: number): Filter {
    const shown = (count: number, hidden: ReadonlySet<number>) =>
      Array.from({ length: count }, (_, i) => !hidden.has(i));
    return { layers: shown(n_layer, this.#hiddenLayers), heads: shown(n_head, this.#hiddenHeads) };
  }

  toggleLayer(layer: number): void {
    this.#hiddenLayers = toggled(this.#hiddenLayers, layer);
  }

  toggleHead(head: number): void {
    this.#hiddenHeads = toggled(this.#hiddenHeads, head);
  }

  /** Shows one head of every layer only; a second time, all of them. */
  onlyHead(head: number, n_head: number): void {
    const others = Array.from({ length: n_head }, (_, h) => h).filter((h) => h !== head);
    const isAlone = !this.#hiddenHeads.has(head) && this.#hiddenHeads.size === others.length;
    this.#hiddenHeads = new Set(isAlone ? [] : others);
  }

  pin(selection: Selection, frame: WatchedFrame): Pin {
    const { n_layer, n_head } = frame.attention;
    const layer = Math.min(selection.layer, n_layer - 1);
    const head = Math.min(selection.head, n_head - 1);
    return {
      token: this.holdsToken ? selection.position(frame) : null,
      head: this.holdsHead ? { layer, head } : null
    };
  }

  release(): void {
    this.holdsToken = false;
    this.holdsHead = false;
  }
}

function toggled(set: ReadonlySet<number>, member: number): ReadonlySet<number> {
  const next = new Set(set);
  if (!next.delete(member)) next.add(member);
  return next;
}
