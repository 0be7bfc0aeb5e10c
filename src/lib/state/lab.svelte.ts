import type { Corpus } from '../run/corpus';
import type { RunCost } from '../run/cost';
import type { EngineName } from '../run/protocol';
import { defaultSettings, type PresetName, type Settings } from '../run/settings';
import type { SettingKey } from '../run/settingsTable';
import { decodeLink } from '../run/url';
import { packById } from '../run/packs';
import { Adapter } from './adapter.svelte';
import { Address } from './address.svelte';
import { Branching } from './branching';
import { Corpora } from './corpora.svelte';
import { Draft, type CorpusState } from './draft.svelte';
import { Notices } from './notices.svelte';
import { OpenRuns } from './openRuns.svelte';
import { Playback } from './playback.svelte';
import { expectedEngine } from './expectedEngine';
import { Rates } from './rates.svelte';
import type { Run } from './run.svelte';
import { Selection } from './selection.svelte';
import { Tempo, type TempoChoice } from './tempo.svelte';
import { readTraceFile, traceFile, type TraceFile } from './traceFile';

/** Milliseconds within which a second start is the other half of a double click. */
const DOUBLE_CLICK = 500;

/** The whole page's state: the form, the text, the runs and what is pointed at. */
export class Lab {
  readonly corpora: Corpora;
  readonly selection = new Selection();
  readonly adapter = new Adapter();
  readonly notices = new Notices();
  readonly tempo = new Tempo();
  readonly playback = new Playback(this.selection);
  readonly #draft: Draft;
  readonly #runs = new OpenRuns();
  readonly #rates = new Rates();
  readonly branching = new Branching(this.#runs, (rested) => this.#rates.learn(rested));
  readonly #address: Address;
  #startedAt = -Infinity;

  constructor(corpora: Corpora = new Corpora()) {
    this.corpora = corpora;
    this.#draft = new Draft(corpora);
    this.#address = new Address(this.#draft, this.#runs, this.selection);
  }

  /** The form's settings; a value of the wrong kind stays as the reader typed it, and is among the problems. */
  get draft(): Settings {
    return this.#draft.settings;
  }

  /** All that is wrong with the draft, as sentences `key: needs rule, got what`. */
  get problems(): readonly string[] {
    return this.#draft.problems;
  }

  /** What is wrong with one setting of the draft, or null. */
  problemOf(key: SettingKey): string | null {
    return this.#draft.problemOf(key);
  }

  /** Changes one setting; text is read as the URL would read it. */
  change(key: SettingKey, value: string | number | boolean): void {
    if (key === 'pack') return void this.choosePack(String(value));
    this.#draft.change(key, value);
    if (key !== 'engine') this.#forgetStep();
  }

  applyPreset(name: PresetName): void {
    this.#draft.applyPreset(name);
    this.#forgetStep();
  }

  /** The preset that the draft is, or null. */
  get preset(): PresetName | null {
    return this.#draft.preset;
  }

  /** The text of the draft's pack; null while it is read, or if it cannot be. */
  get corpus(): Corpus | null {
    return this.#draft.corpus;
  }

  get corpusState(): CorpusState {
    return this.#draft.corpusState;
  }

  /** Why it cannot be read, in a sentence. */
  get corpusError(): string | null {
    return this.#draft.corpusError;
  }

  async choosePack(id: string): Promise<void> {
    this.#address.linkedCorpus = null;
    this.#forgetStep();
    await this.#draft.replace({ ...this.draft, pack: id });
  }

  /** Takes files that were chosen or dropped, or pasted text; the last that is accepted becomes the draft's pack. */
  async upload(source: Iterable<File> | string): Promise<void> {
    const files = typeof source === 'string' ? [new File([source], 'pasted.txt')] : [...source];
    for (const file of files) {
      try {
        const { id } = await this.corpora.add(file);
        await this.choosePack(id);
      } catch (error) {
        this.notices.say(sentence(error));
      }
    }
  }

  /** Forgets an uploaded text. */
  async removeUpload(id: string): Promise<void> {
    await this.corpora.remove(id);
    if (this.draft.pack === id) await this.choosePack(defaultSettings.pack);
  }

  /** Fetches the whole text of `names`. */
  async fetchNames(): Promise<void> {
    const hasCome = await this.corpora.fetchNames();
    if (!hasCome || this.draft.pack !== 'names') return;
    await this.#draft.loadCorpus();
    this.#compareWithLink();
  }

  /** Sizes and costs of the draft on its text; null while there is no text or a problem. */
  get cost(): RunCost | null {
    return this.#draft.cost;
  }

  get num_params(): number | null {
    return this.cost?.num_params ?? null;
  }

  get cut_share(): number | null {
    return this.cost?.cut_share ?? null;
  }

  /** How long the draft's run should take on an engine, from earlier runs on this device; null before any. */
  expectedSeconds(engine: EngineName): number | null {
    if (this.cost === null) return null;
    const perStep = this.#rates.secondsPerStep(engine, this.cost.flopsPerStep);
    return perStep === null ? null : perStep * this.draft.num_steps;
  }

  get runs(): readonly Run[] {
    return this.#runs.list;
  }

  /** The run that is shown; null before the first. */
  get current(): Run | null {
    return this.#runs.current;
  }

  /** Shows another of the open runs. */
  show(run: Run): void {
    this.#runs.show(run);
    this.selection.leave();
  }

  /** The open run with the current one's settings and text, on the other engine; null if there is none. */
  get twin(): Run | null {
    return this.#runs.twin;
  }

  /** Why no run can be started now, in a sentence; null if one can. */
  get refusal(): string | null {
    if (this.problems.length > 0) return this.problems.join('; ');
    if (this.#runs.refusal !== null) return this.#runs.refusal;
    return this.corpus === null ? (this.corpusError ?? 'pack: its text is still being read') : null;
  }

  get canStart(): boolean {
    return this.refusal === null;
  }

  /** Opens and starts a run with the draft; where a link named a step, it hurries there. Says why if it cannot. */
  start(): Run | null {
    const now = performance.now();
    if (now - this.#startedAt < DOUBLE_CLICK) return null;
    const { refusal, corpus, draft: settings } = this;
    if (refusal !== null) this.notices.say(refusal);
    if (refusal !== null || corpus === null) return null;
    this.#startedAt = now;
    const request = { settings, corpus, measured: this.#rates.fastest(this.cost) };
    const run = this.#runs.open(request, (rested) => this.#rates.learn(rested));
    const { linkedStep, stretch = this.tempo.stretch } = this.#address;
    run.command({ type: 'run', ...stretch });
    if (linkedStep === null) this.selection.follow();
    Object.assign(this.selection, this.#address.takeSteps());
    this.#address.askToStart = false;
    return run;
  }

  /** Does nothing on a run that is already closed. */
  closeRun(run: Run): void {
    if (run === this.current) this.selection.leave();
    this.#runs.close(run);
  }

  /** Trains at another tempo, at once. */
  setTempo(choice: TempoChoice): void {
    this.tempo.choose(choice);
    this.current?.goOn(this.tempo.stretch);
  }

  /** Lets the current run go on with another engine; without one, changes the draft. */
  switchEngine(other?: EngineName): void {
    const { current } = this;
    const live = current === null || current.readOnly || current.ended ? null : current;
    const present = live?.snapshot.engine ?? this.draftEngine;
    const engine = other ?? (present === 'gpu' ? 'simd' : 'gpu');
    this.#draft.change('engine', engine);
    live?.command({ type: 'engine', engine });
  }

  /** Reads a link's query, and what was kept in this browser; nothing starts. */
  async open(query: string): Promise<void> {
    const { link, corrections } = decodeLink(query);
    for (const correction of corrections) this.notices.say(correction);
    this.#address.take(link);
    void this.corpora.restore();
    await this.#draft.replace(link.settings);
    if (this.corpusState === 'failed' && !packById(this.draft.pack)) await this.#replaceUpload();
    this.#compareWithLink();
  }

  /** True after a link with `autorun=1` until a run starts or `dismissAutorun`. */
  get askToStart(): boolean {
    return this.#address.askToStart;
  }

  dismissAutorun(): void {
    this.#address.askToStart = false;
  }

  /** The query for the address bar, with `?`, or '' for all defaults. The route writes it with `replaceState`. */
  get url(): string {
    return this.#address.url;
  }

  /** The whole address that shows the current run, or the draft where there is none. */
  shareLink(): string {
    return this.#address.shareLink();
  }

  /** Opens a trace that was exported; a notice says why if it is refused. */
  async importTrace(file: File): Promise<Run | null> {
    try {
      if (this.#runs.refusal !== null) throw new Error(this.#runs.refusal);
      const snapshot = await readTraceFile(file);
      this.selection.leave();
      return this.#runs.addTrace(snapshot);
    } catch (error) {
      this.notices.say(sentence(error));
      return null;
    }
  }

  /** The current run as a file; null before it has begun. */
  exportTrace(): TraceFile | null {
    const snapshot = this.current?.snapshot;
    return snapshot?.settings ? traceFile(snapshot) : null;
  }

  /** Ends every worker. */
  close(): void {
    for (const run of this.runs) this.#runs.close(run);
  }

  /** Steps that a link named mean nothing once the run would be another. */
  #forgetStep(): void {
    if (!this.#address.stretch) return;
    this.#address.takeSteps();
    this.selection.leave();
  }

  /** What will compute the draft, as far as the page can know. */
  get draftEngine(): EngineName {
    return expectedEngine(this.draft.engine, this.adapter.kind, this.#rates.fastest(this.cost));
  }

  /** A link to an upload opened in another browser than the one that keeps it. */
  async #replaceUpload(): Promise<void> {
    const { pack } = defaultSettings;
    this.notices.say(`${this.corpusError}; using ${pack}`);
    await this.#draft.replace({ ...this.draft, pack });
  }

  #compareWithLink(): void {
    if (this.corpus === null) return;
    const canFetch = this.corpus.id === 'names' && this.corpora.names.source === 'built-in';
    const mismatch = this.#address.mismatch(this.corpus, canFetch);
    if (mismatch !== null) this.notices.say(mismatch);
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
