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

  /** Whether a node is a cell that is drawn by what made it. */
  isExpanded(node: ScalarNode): boolean {
    return !isClosed(node) && node.cells.some((cell) => this.#expanded.some(isSameAs(cell)));
  }

  /** Whether a node can be drawn by what made it, or is. */
  canToggle(node: ScalarNode): boolean {
    return isClosed(node) || this.isExpanded(node);
  }

  /** Draws a cell by what made it, or as a leaf again. */
  async toggle(node: ScalarNode): Promise<void> {
    if (!this.#root || !this.canToggle(node)) return;
    const others = this.#expanded.filter((cell) => !node.cells.some(isSameAs(cell)));
    const expanded = isClosed(node) ? [...this.#expanded, node.cells[0]] : others;
    await this.#redraw(this.#root, expanded);
  }

  async #redraw(root: Address, expanded: readonly Address[]): Promise<void> {
    const nodes = await this.#draw(root, expanded);
    if (!nodes) return;
    this.#root = root;
    this.#expanded = expanded;
    this.#nodes = nodes;
  }
}

/** A leaf that an operation made. */
function isClosed({ origin }: ScalarNode): boolean {
  return origin === 'operation';
}

function isSameAs(a: Address): (b: Address) => boolean {
  return (b) => a.tensor === b.tensor && a.aspect === b.aspect && a.index.join() === b.index.join();
}
