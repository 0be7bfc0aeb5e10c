import type { Settings } from './settings';

/** What a link restores: the settings and what was being looked at. */
export interface Link {
  readonly settings: Settings;
  /** The step to look at, 1 to num_steps; null follows the run. */
  readonly step: number | null;
  /** Position in the watched document, from 0. */
  readonly token: number;
  readonly layer: number;
  readonly head: number;
  /** First 12 hex digits of the hash of the text that the link was made with. */
  readonly corpus: string | null;
  /** Whether the page should offer to start at once. */
  readonly autorun: boolean;
}

export interface DecodedLink {
  readonly link: Link;
  /** One sentence for each thing in the link that could not be taken as it stood. */
  readonly corrections: readonly string[];
}

/** The query of a link, without `?`: only what differs from the defaults, always in the same order. */
export declare function encodeLink(link: Link): string;

/** Reads any query, with or without `?`; never throws, and the settings are always valid. */
export declare function decodeLink(query: string): DecodedLink;
