import type { Corpus } from '../run/corpus';
import type { RunCost } from '../run/cost';
import type { EngineName } from '../run/protocol';
import type { PresetName, Settings } from '../run/settings';
import type { SettingKey } from '../run/settingsTable';
import type { Adapter } from './adapter.svelte';
import type { Corpora } from './corpora.svelte';
import type { Notices } from './notices.svelte';
import type { Run } from './run.svelte';
import type { Selection } from './selection.svelte';

/** Most runs open at once. */
export const MOST_RUNS = 3;

/** The whole page's state: the form, the text, the runs and what is pointed at. */
export declare class Lab {
  readonly corpora: Corpora;
  readonly selection: Selection;
  readonly adapter: Adapter;
  readonly notices: Notices;

  /** The form's settings; a value of the wrong kind stays as the reader typed it, and is among the problems. */
  get draft(): Settings;
  /** All that is wrong with the draft, as sentences `key: needs rule, got what`. */
  get problems(): readonly string[];
  /** What is wrong with one setting of the draft, or null. */
  problemOf(key: SettingKey): string | null;
  /** Changes one setting; text is read as the URL would read it. */
  change(key: SettingKey, value: string | number | boolean): void;
  applyPreset(name: PresetName): void;
  /** The preset that the draft is, or null. */
  get preset(): PresetName | null;

  /** The text of the draft's pack; null while it is read, or if it cannot be. */
  get corpus(): Corpus | null;
  get corpusState(): 'loading' | 'ready' | 'failed';
  /** Why it cannot be read, in a sentence. */
  get corpusError(): string | null;
  choosePack(id: string): Promise<void>;
  /** Takes files that were chosen or dropped, or pasted text; the last that is accepted becomes the draft's pack. */
  upload(source: Iterable<File> | string): Promise<void>;
  /** Forgets an uploaded text. */
  removeUpload(id: string): Promise<void>;
  /** Fetches the whole text of `names`. */
  fetchNames(): Promise<void>;

  /** Sizes and costs of the draft on its text; null while there is no text or a problem. */
  get cost(): RunCost | null;
  get num_params(): number | null;
  get cut_share(): number | null;
  /** How long the draft's run should take on an engine, from earlier runs on this device; null before any. */
  expectedSeconds(engine: EngineName): number | null;

  get runs(): readonly Run[];
  /** The run that is shown; null before the first. */
  get current(): Run | null;
  /** Shows another of the open runs. */
  show(run: Run): void;
  /** The open run with the current one's settings and text, on the other engine; null if there is none. */
  get twin(): Run | null;
  get canStart(): boolean;
  /** Opens and starts a run with the draft; where a link named a step, it pauses there. Says why if it cannot. */
  start(): Run | null;
  /** Does nothing on a run that is already closed. */
  closeRun(run: Run): void;
  /** Lets the current run go on with the other engine; without a run, changes the draft. */
  switchEngine(): void;

  /** Reads a link's query; nothing starts. */
  open(query: string): Promise<void>;
  /** True after a link with `autorun=1` until a run starts or `dismissAutorun`. */
  get askToStart(): boolean;
  dismissAutorun(): void;
  /** The query for the address bar, with `?`, or '' for all defaults. The route writes it with `replaceState`. */
  get url(): string;
  /** The whole address that shows the current run, or the draft where there is none. */
  shareLink(): string;

  /** Opens a trace that was exported; a notice says why if it is refused. */
  importTrace(file: File): Promise<Run | null>;
  /** The current run as a file; null before it has begun. */
  exportTrace(): { readonly blob: Blob; readonly fileName: string } | null;
  /** Ends every worker. */
  close(): void;
}
