/**
 * Characters as tokens, after microgpt: the ids are the corpus' distinct Unicode code points in order of code point;
 * BOS, the last id, stands on both sides of a document.
 */
export class Tokenizer {
  /** Distinct characters, by id. */
  readonly characters: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  constructor(docs: Iterable<string>) {
    const seen = new Set<string>();
    for (const doc of docs) for (const character of doc) seen.add(character);
    this.characters = [...seen].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
    this.#ids = new Map(this.characters.map((character, id) => [character, id]));
  }

  get vocab_size(): number {
    return this.characters.length + 1;
  }

  get BOS(): number {
    return this.characters.length;
  }

  /** BOS, the document's characters, BOS. Throws RangeError for a character that the corpus does not have. */
  encode(doc: string): Int32Array {
    const ids = [this.BOS];
    for (const character of doc) {
      const id = this.#ids.get(character);
      if (id === undefined) {
        throw new RangeError(
          `tokenizer: needs a character of the corpus, got ${JSON.stringify(character)}`
        );
      }
      ids.push(id);
    }
    ids.push(this.BOS);
    return Int32Array.from(ids);
  }

  /** Text of the ids; BOS is written `<BOS>`. */
  decode(ids: Iterable<number>): string {
    let text = '';
    for (const id of ids) text += this.token(id);
    return text;
  }

  /** The character of an id, or `<BOS>`. */
  token(id: number): string {
    return id === this.BOS ? '<BOS>' : this.characters[id];
  }
}
