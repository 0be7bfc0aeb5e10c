import type { Corpus } from '../run/corpus';
import { defaultLink, encodeLink, type Link } from '../run/url';
import { sameSettings, type Draft } from './draft.svelte';
import type { OpenRuns } from './openRuns.svelte';
import type { Selection } from './selection.svelte';

type Place = Pick<Link, 'step' | 'compare' | 'token' | 'layer' | 'head' | 'sky' | 'opened'>;

/** What the address bar says, and what an opened link asked for that the form does not show. */
export class Address {
  /** Where the next run should pause, because a link named that step. */
  linkedStep = $state<number | null>(null);
  /** The step that a link compares it with. */
  linkedCompare = $state<number | null>(null);
  /** First 12 hex digits of the hash of the text that a link was made with. */
  linkedCorpus = $state<string | null>(null);
  /** Whether a link asked to start at once; only the reader may. */
  askToStart = $state(false);
  readonly #draft: Draft;
  readonly #runs: OpenRuns;
  readonly #selection: Selection;
  #url = $derived.by(() => this.#urlNow());

  constructor(draft: Draft, runs: OpenRuns, selection: Selection) {
    this.#draft = draft;
    this.#runs = runs;
    this.#selection = selection;
  }

  /** How far to train for the steps that a link named; undefined if it named none. */
  get stretch(): { readonly steps: number } | undefined {
    const { linkedStep, linkedCompare } = this;
    if (linkedStep === null && linkedCompare === null) return undefined;
    return { steps: Math.max(linkedStep ?? 1, linkedCompare ?? 1, 1) };
  }

  /** The steps that a link named, once: it has been followed. */
  takeSteps(): Pick<Link, 'step' | 'compare'> {
    const { linkedStep: step, linkedCompare: compare } = this;
    this.linkedStep = this.linkedCompare = null;
    return { step, compare };
  }

  /** The query that restores the form, and the place that is looked at while the form still describes the shown run. */
  get url(): string {
    return this.#url;
  }

  /** The whole address that shows the shown run, or the form where there is none. */
  shareLink(): string {
    const { settings, corpus } = this.#runs.current?.snapshot ?? { settings: null, corpus: null };
    const hash = settings ? corpus?.hash : this.#draft.corpus?.hash;
    const query = encodeLink({
      settings: settings ?? this.#draft.settings,
      ...this.#place(),
      corpus: hash?.slice(0, 12) ?? null,
      autorun: false
    });
    return location.origin + location.pathname + withMark(query);
  }

  /** Takes over what a link asks for, but its settings. */
  take({ step, compare, corpus, autorun, token, layer, head, sky, opened }: Link): void {
    this.linkedStep = step;
    this.linkedCompare = compare;
    this.linkedCorpus = corpus;
    this.askToStart = autorun;
    Object.assign(this.#selection, { step, compare, token, layer, head, sky, opened });
  }

  /**
   * Says in a sentence that the text is not the one of the link; null if it is, or if the link does not tell.
   * @param canFetch whether the text only stands in for a longer one
   */
  mismatch({ hash }: Corpus, canFetch: boolean): string | null {
    const expected = this.linkedCorpus;
    if (expected === null || hash.startsWith(expected)) return null;
    const got = hash.slice(0, 12);
    const advice = canFetch ? ', unless the full list of names is fetched' : '';
    return `corpus: needs the text ${expected} of the link, got ${got}; the run will differ from the shared one${advice}`;
  }

  #urlNow(): string {
    const { settings } = this.#draft;
    const shown = this.#runs.current?.snapshot.settings;
    const isShown = !shown || sameSettings(settings, shown, ['engine']);
    const place = isShown ? this.#place() : {};
    const { linkedCorpus: corpus, askToStart: autorun } = this;
    return withMark(encodeLink({ ...defaultLink, settings, ...place, corpus, autorun }));
  }

  #place(): Place {
    const { step, compare, token, layer, head, sky, opened } = this.#selection;
    return { step, compare, token, layer, head, sky, opened };
  }
}

function withMark(query: string): string {
  return query === '' ? '' : `?${query}`;
}
