import { nameOfWeight, type Weight, type WeightEdit } from '../run/branch';

/** Weights changed by hand, each once, with every state that they had before. */
export class WeightEdits {
  #list = $state.raw<readonly WeightEdit[]>([]);
  #history = $state.raw<readonly (readonly WeightEdit[])[]>([]);

  get list(): readonly WeightEdit[] {
    return this.#list;
  }

  get canUndo(): boolean {
    return this.#history.length > 0;
  }

  /** What a weight was changed to; undefined if it was not. */
  of(weight: Weight): number | undefined {
    const name = nameOfWeight(weight);
    return this.#list.find((edit) => nameOfWeight(edit) === name)?.after;
  }

  /** Changes some weights at once. One that is changed back to what it was counts no more. */
  change(edits: readonly WeightEdit[]): void {
    const changed = new Map(this.#list.map((edit) => [nameOfWeight(edit), edit]));
    for (const edit of edits) {
      if (Object.is(edit.before, edit.after)) changed.delete(nameOfWeight(edit));
      else changed.set(nameOfWeight(edit), edit);
    }
    this.#take([...changed.values()]);
  }

  /** Takes the last change back. */
  undo(): void {
    const before = this.#history.at(-1);
    if (!before) return;
    this.#history = this.#history.slice(0, -1);
    this.#list = before;
  }

  clear(): void {
    if (this.#list.length > 0) this.#take([]);
  }

  /** At another step the weights were others before. */
  rebase(before: (weight: Weight) => number): void {
    this.#history = [];
    this.#list = this.#list.map((edit) => ({ ...edit, before: before(edit) }));
  }

  #take(list: readonly WeightEdit[]): void {
    this.#history = [...this.#history, this.#list];
    this.#list = list;
  }
}
