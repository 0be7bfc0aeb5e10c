export interface Notice {
  readonly id: number;
  readonly text: string;
}

/** Sentences that the reader should see until they dismiss them, oldest first. */
export declare class Notices {
  get list(): readonly Notice[];
  /** A sentence that already stands there is not said twice. */
  say(text: string): void;
  dismiss(notice: Notice): void;
}
