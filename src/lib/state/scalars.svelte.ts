import type { Address, ScalarNode } from '../run/questions';

type Draw = (root: Address, expanded: readonly Address[]) => Promise<readonly ScalarNode[] | null>;

/** A number's scalar graph, and which of its cells are drawn by what made them. */
export class Scalars {
  readonly #draw: Draw;
  #root: Address | null = null;
  #nodes = $state.raw<readonly ScalarNode[]>([]);
  #expanded = $state.raw<readonly Address[]>([]);

  /** @param draw null if it is refused */
  constructor(draw: Draw) {
    this.#draw = draw;
  }

  /** Inputs before what is made of them, the number itself last; none before it is drawn. */
  get nodes(): readonly ScalarNode[] {
    return this.#nodes;
  }

  /** Draws a number one operation deep. */
  draw(root: Address): Promise<void> {
    return this.#redraw(root, []);
  }

  isExpanded(node: ScalarNode): boolean {
    return node.cells.some((cell) => this.#expanded.some((each) => isSame(each, cell)));
  }

  /** Whether a node can be drawn by what made it, or has been. */
  canToggle(node: ScalarNode): boolean {
    return node.origin === 'operation' || this.isExpanded(node);
  }

  /** Draws a cell by what made it, or as a leaf again. */
  async toggle(node: ScalarNode): Promise<void> {
    if (!this.#root || !this.canToggle(node)) return;
    const isOf = (cell: Address) => node.cells.some((each) => isSame(each, cell));
    const rest = this.#expanded.filter((cell) => !isOf(cell));
    await this.#redraw(this.#root, this.isExpanded(node) ? rest : [...rest, node.cells[0]]);
  }

  async #redraw(root: Address, expanded: readonly Address[]): Promise<void> {
    const nodes = await this.#draw(root, expanded);
    if (!nodes) return;
    this.#root = root;
    this.#expanded = expanded;
    this.#nodes = nodes;
  }
}

function isSame(a: Address, b: Address): boolean {
  return a.tensor === b.tensor && a.aspect === b.aspect && a.index.join() === b.index.join();
}
