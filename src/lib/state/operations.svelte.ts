import { defaultOpened, type Opened } from '../run/openedLink';
import { completeAt, progressOf } from '../run/progress';
import type {
  Address,
  Answer,
  Arrival,
  Hit,
  Move,
  Progress,
  Question,
  QuestionKind,
  Questions,
  Seed,
  StepOutline,
  StopOutline,
  TensorName,
  TensorReading
} from '../run/questions';
import { Asking, type Answerer } from './asking.svelte';
import { BackwardPlay } from './backwardPlay.svelte';
import { Breakpoints } from './breakpoints.svelte';
import { openedPlace } from './openedPlace';
import { Readings } from './readings.svelte';
import { Scalars } from './scalars.svelte';
import type { Selection } from './selection.svelte';
import { tensorKey } from './tensorKey';
import { Trail } from './trail.svelte';
import { Turns } from './turns';

/** Where it is noted what is looked at, as the address has it. */
type OpenedNote = Pick<Selection, 'opened'>;

type UpdatePlace = Pick<Opened, 'tab' | 'weight'>;

/** A step of a run, opened: where its backward pass stands, and which operation and number are looked at. */
export class Operations {
  /** How pictures give numbers their colours; assign to it. */
  scale = $state<'logarithmic' | 'linear'>('logarithmic');
  readonly breakpoints = new Breakpoints();
  readonly playback = new BackwardPlay(() =>
    this.move({ to: 'next', breakpoints: this.breakpoints.list })
  );
  /** The numbers opened one from another. */
  readonly trail: Trail;
  /** The number looked at, as microgpt's `Value` draws it. */
  readonly scalars: Scalars;
  readonly #readings: Readings;
  readonly #asking: Asking;
  readonly #turns = new Turns();
  readonly #note: OpenedNote;
  #page = $state(defaultOpened.page);
  #outline = $state.raw<StepOutline | null>(null);
  #position = $state(0);
  #hit = $state.raw<Hit | null>(null);
  #node = $state('');
  #tensor = $state.raw<TensorName | null>(null);
  #asked = $state.raw<Pick<StepOutline, 'step' | 'seed'> | null>(null);
  #update: UpdatePlace = defaultOpened;

  constructor(run: Answerer, note: OpenedNote = { opened: null }) {
    this.#asking = new Asking(run);
    this.#note = note;
    this.#readings = new Readings(
      (name) => tensorKey(this.#outline, this.#position, name),
      (tensors) => this.ask({ kind: 'tensors', position: this.#position, tensors })
    );
    this.trail = new Trail({
      open: (address) => this.ask({ kind: 'number', address, position: this.#position }),
      verify: (address) => this.ask({ kind: 'verify', address, position: this.#position })
    });
    this.scalars = new Scalars((address, expanded) =>
      this.ask({ kind: 'scalars', address, expanded })
    );
  }

  /** The page on the step that is shown, by its id; assign to it. */
  get page(): string {
    return this.#page;
  }

  set page(page: string) {
    this.#page = page;
    this.playback.stop();
    this.#tell();
  }

  /** Null until the first step is open. */
  get outline(): StepOutline | null {
    return this.#outline;
  }

  /** Operations of the backward pass that are done. */
  get position(): number {
    return this.#position;
  }

  /** The operation just done; none at the start. */
  get stop(): StopOutline | undefined {
    return this.#outline?.stops[this.#position - 1];
  }

  /** The breakpoint that the last walk met. */
  get hit(): Hit | null {
    return this.#hit;
  }

  /** The operation looked at, by name. */
  get node(): string {
    return this.#node;
  }

  /** The tensor looked at. */
  get tensor(): TensorName | null {
    return this.#tensor;
  }

  /** Why what was asked for last does not come, in a sentence. */
  get refusal(): string | null {
    return this.#asking.refusal;
  }

  /** The step and seed asked for last: those of the outline, unless they are being opened. */
  get asked(): Pick<StepOutline, 'step' | 'seed'> | null {
    return this.#asked;
  }

  /** Notes what of the step's update is looked at. */
  noteUpdate(place: UpdatePlace): void {
    this.#update = place;
    this.#tell();
  }

  /** Opens a step with its backward pass, nothing of it done, from a seed. The operation looked at stays. */
  async open(step: number, seed: Seed): Promise<void> {
    const isOld = this.#asking.begin();
    this.playback.stop();
    this.#asking.refusal = null;
    this.#asked = { step, seed };
    const outline = await this.#asking.ask({ kind: 'outline', step, seed });
    if (isOld()) return;
    this.#asked = outline ?? this.#outline;
    if (!outline) return;
    this.#outline = outline;
    this.#readings.clear();
    this.trail.clear();
    this.#hit = null;
    this.#position = 0;
    if (!outline.nodes.some(({ name }) => name === this.#node)) this.look(outline.nodes[0].name);
    this.#tell();
    await this.#readings.refresh();
  }

  /** Nothing is looked at any more. */
  close(): void {
    this.#asking.begin();
    this.playback.stop();
    this.#outline = null;
    this.#note.opened = null;
  }

  /** Opens a step as a link tells: at an operation, a stop and a number. */
  async restore(step: number, opened: Opened): Promise<void> {
    const { page, seed, operation, cell, stop } = opened;
    this.#page = page;
    this.#update = opened;
    await this.open(step, seed);
    if (this.#outline === null && seed.of !== 'loss') await this.#openWithout(step);
    const outline = this.#outline;
    if (outline?.step !== step) return;
    const needed = cell?.aspect === 'gradient' ? completeAt(outline, cell.tensor) : 0;
    const { length } = outline.stops;
    await this.#arrive({ position: Math.min(stop ?? needed, length) });
    if (stop !== null && stop > length) {
      this.#asking.refusal = `stop: needs an integer from 0 to ${length}, got ${stop}; using ${length}`;
    }
    if (operation !== null) this.look(operation);
    if (cell === null) return;
    await this.trail.open(cell, true);
    this.#follow();
  }

  /**
   * Goes to another stop of the backward pass and looks at its operation; false if it was there, or a breakpoint is.
   * Moves are made one after another, each from where the one before it led.
   */
  move(move: Move): Promise<boolean> {
    const outline = this.#outline;
    return this.#turns.take(async () => {
      if (outline !== this.#outline) return false;
      const { position } = this;
      this.#asking.refusal = null;
      const arrival = await this.ask({ kind: 'move', position, move });
      if (!arrival) return false;
      await this.#arrive(arrival);
      return arrival.position !== position && !arrival.hit;
    });
  }

  /** Looks at an operation, and at its output. */
  look(node: string): void {
    this.#node = node;
    this.show({ tensor: node, reading: 'value' });
    this.#tell();
  }

  show(tensor: TensorName): void {
    this.#tensor = tensor;
  }

  /** Opens a number. @param isFirst whether a new trail begins with it */
  async openNumber(address: Address, isFirst: boolean): Promise<void> {
    this.#asking.refusal = null;
    await this.trail.open(address, isFirst);
    this.#follow();
  }

  /** Back to the number with so many before it on the trail. */
  async backTo(index: number): Promise<void> {
    await this.trail.backTo(index);
    this.#follow();
  }

  progress(tensor: string, position = this.#position): Progress {
    return this.#outline
      ? progressOf(this.#outline, position, tensor)
      : { done: 0, total: 0, state: 'none' };
  }

  /** Whether a tensor has numbers at this stop, here or yet to come. */
  isComputed(name: TensorName): boolean {
    return tensorKey(this.#outline, this.#position, name) !== null;
  }

  /** A tensor's numbers at this stop; undefined while they are not here. Only those in sight come: see `watch`. */
  reading(name: TensorName): TensorReading | undefined {
    return this.#readings.get(name);
  }

  /** Fetches numbers that are not in sight. */
  read(names: readonly TensorName[]): Promise<void> {
    return this.#readings.refresh(names);
  }

  /** Keeps a tensor's numbers at hand, at every stop, until what is returned is called. */
  watch(name: TensorName): () => void {
    return this.#readings.watch(name);
  }

  /** Asks about the opened step; null if it is refused, or if another step was opened meanwhile. */
  async ask<K extends QuestionKind>(
    asked: { readonly kind: K } & Questions[K]['asked']
  ): Promise<Answer<K> | null> {
    const outline = this.#outline;
    if (!outline) return null;
    const { step, seed } = outline;
    // What belongs to a kind, TypeScript cannot tell of a kind that it does not know.
    const question: unknown = { ...asked, step, seed };
    return this.#asking.ask(question as Question<K>);
  }

  /** Opens a step whose seed was refused from the mean loss, and says so. */
  async #openWithout(step: number): Promise<void> {
    const said = this.#asking.refusal;
    await this.open(step, defaultOpened.seed);
    if (said !== null && this.#outline) this.#asking.refusal = `${said}; using the mean loss`;
  }

  async #arrive({ position, hit }: Arrival): Promise<void> {
    this.#position = position;
    this.#hit = hit ?? null;
    const { stop } = this;
    if (stop) this.look(stop.node);
    this.#tell();
    await Promise.all([this.#readings.refresh(), this.trail.refresh()]);
  }

  /** Shows the tensor of the number looked at, unless it is shown. */
  #follow(): void {
    const last = this.trail.addresses.at(-1);
    if (last && last.aspect !== 'batch') {
      const { tensor, aspect } = last;
      const shown = this.#tensor?.reading === 'value' ? 'value' : 'gradient';
      const isShown = tensor === this.#tensor?.tensor && aspect === shown;
      if (!isShown) this.show({ tensor, reading: aspect });
    }
    this.#tell();
  }

  /** Notes where the step is looked at. */
  #tell(): void {
    if (this.#outline) this.#note.opened = openedPlace(this, this.#outline, this.#update);
  }
}
