import type { Sky } from '../../run/skyLink';
import type { Selection } from '../../state/selection.svelte';
import type { Filter, Pin } from './emphasis';
import { modes, type Arrangement, type Mode, type ModeId } from './modes';
import type { WatchedFrame } from './picture';

/** What the reader has chosen to see of the constellation; most of it is kept in the selection, and so in the address. */
export class Look {
  /** Whether the selected token, and the selected head, stand out. */
  holdsToken = $state(false);
  holdsHead = $state(false);
  readonly #selection: Pick<Selection, 'sky'>;
  /** Of the modes that were left. */
  readonly #thresholds: Partial<Record<ModeId, number | null>> = {};

  constructor(selection: Pick<Selection, 'sky'>) {
    this.#selection = selection;
  }

  get arrangement(): Arrangement {
    return this.#selection.sky.stars;
  }

  set arrangement(stars: Arrangement) {
    this.#change({ stars });
  }

  get mode(): Mode {
    return modes.find(({ id }) => id === this.#selection.sky.arcs)!;
  }

  choose(mode: ModeId): void {
    const { arcs, hide_below } = this.#selection.sky;
    this.#thresholds[arcs] = hide_below;
    this.#change({ arcs: mode, hide_below: this.#thresholds[mode] ?? null });
  }

  /** Amount below which an arc is left out; each mode has its own. */
  get threshold(): number {
    return this.#selection.sky.hide_below ?? this.mode.threshold;
  }

  set threshold(amount: number) {
    this.#change({ hide_below: amount === this.mode.threshold ? null : amount });
  }

  filter(n_layer: number, n_head: number): Filter {
    const { hide_layers, hide_heads } = this.#selection.sky;
    const shown = (count: number, hidden: readonly number[]) =>
      Array.from({ length: count }, (_, i) => !hidden.includes(i));
    return { layers: shown(n_layer, hide_layers), heads: shown(n_head, hide_heads) };
  }

  toggleLayer(layer: number): void {
    this.#change({ hide_layers: toggled(this.#selection.sky.hide_layers, layer) });
  }

  toggleHead(head: number): void {
    this.#change({ hide_heads: toggled(this.#selection.sky.hide_heads, head) });
  }

  /** Shows one head of every layer only; a second time, all of them. */
  onlyHead(head: number, n_head: number): void {
    const others = Array.from({ length: n_head }, (_, h) => h).filter((h) => h !== head);
    const { heads } = this.filter(0, n_head);
    const isAlone = heads.every((isShown, h) => isShown === (h === head));
    this.#change({ hide_heads: isAlone ? [] : others });
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

  #change(change: Partial<Sky>): void {
    this.#selection.sky = { ...this.#selection.sky, ...change };
  }
}

/** Ascending, with a member more or without it. */
function toggled(list: readonly number[], member: number): readonly number[] {
  if (list.includes(member)) return list.filter((each) => each !== member);
  return [...list, member].sort((a, b) => a - b);
}
