import type { Address, OpenedNumber, VerifiedNumber } from '../run/questions';

/** What opens and recomputes numbers at the present stop; null if it is refused. */
export interface NumberOpener {
  open(address: Address): Promise<OpenedNumber | null>;
  verify(address: Address): Promise<VerifiedNumber | null>;
}

/** The numbers opened one from another; the last is looked at. */
export class Trail {
  readonly #opener: NumberOpener;
  #addresses = $state.raw<readonly Address[]>([]);
  #opened = $state.raw<OpenedNumber | null>(null);
  #verified = $state.raw<VerifiedNumber | null>(null);

  constructor(opener: NumberOpener) {
    this.#opener = opener;
  }

  get addresses(): readonly Address[] {
    return this.#addresses;
  }

  /** The number looked at; null where none is open. */
  get opened(): OpenedNumber | null {
    return this.#opened;
  }

  /** It recomputed, once that was asked for. */
  get verified(): VerifiedNumber | null {
    return this.#verified;
  }

  /** @param isFirst whether a new trail begins with it */
  open(address: Address, isFirst: boolean): Promise<void> {
    return this.#look(isFirst ? [address] : [...this.#addresses, address]);
  }

  /** Back to the number with so many before it on the trail. */
  backTo(index: number): Promise<void> {
    return this.#look(this.#addresses.slice(0, index + 1));
  }

  /** Opens the number looked at again: at another stop it stands elsewhere. */
  async refresh(): Promise<void> {
    if (this.#opened?.standing) await this.#look(this.#addresses);
  }

  async verify(): Promise<void> {
    const address = this.#addresses.at(-1);
    const verified = address && (await this.#opener.verify(address));
    if (verified && address === this.#addresses.at(-1)) this.#verified = verified;
  }

  clear(): void {
    this.#addresses = [];
    this.#opened = null;
    this.#verified = null;
  }

  async #look(addresses: readonly Address[]): Promise<void> {
    const opened = await this.#opener.open(addresses[addresses.length - 1]);
    if (!opened) return;
    this.#addresses = addresses;
    this.#opened = opened;
    this.#verified = null;
  }
}
