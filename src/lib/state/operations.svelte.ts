import { progressOf } from '../run/progress';
import type {
  Address,
  Answer,
  Hit,
  Move,
  OpenedNumber,
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

/** What of a run answers questions about its steps. */
export interface Answerer {
  ask<K extends QuestionKind>(question: Question<K>): Promise<Answer<K>>;
}

/** A step of a run, opened: where its backward pass stands, and which operation and number are looked at. */
export class Operations {
  readonly #run: Answerer;
  /** The page on the step that is shown; assign to it. */
  page = $state('backward');
  #outline = $state.raw<StepOutline | null>(null);
  #position = $state(0);
  #hit = $state.raw<Hit | null>(null);
  #readings = $state.raw<ReadonlyMap<string, TensorReading>>(new Map());
  #node = $state('');
  #tensor = $state.raw<TensorName | null>(null);
  #trail = $state.raw<readonly OpenedNumber[]>([]);
  #refusal = $state<string | null>(null);
  #asked = $state.raw<Pick<StepOutline, 'step' | 'seed'> | null>(null);
  /** Counts the openings: what answers an older one is dropped. */
  #openings = 0;

  constructor(run: Answerer) {
    this.#run = run;
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

  /** The numbers opened one from another; the last is looked at. */
  get trail(): readonly OpenedNumber[] {
    return this.#trail;
  }

  /** Why what was asked for last does not come, in a sentence. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** The step and seed asked for last: those of the outline, unless they are being opened. */
  get asked(): Pick<StepOutline, 'step' | 'seed'> | null {
    return this.#asked;
  }

  /** Opens a step with its backward pass, nothing of it done, from a seed. The operation looked at stays. */
  async open(step: number, seed: Seed): Promise<void> {
    const opening = ++this.#openings;
    this.#asked = { step, seed };
    const outline = await this.#ask({ kind: 'outline', step, seed });
    if (opening !== this.#openings) return;
    this.#asked = outline ?? this.#outline;
    if (!outline) return;
    this.#outline = outline;
    this.#readings = new Map();
    this.#trail = [];
    this.#hit = null;
    this.#position = 0;
    if (!outline.nodes.some(({ name }) => name === this.#node)) this.look(outline.nodes[0].name);
    await this.#read();
  }

  /** Goes to another stop of the backward pass and looks at its operation. */
  async move(move: Move): Promise<void> {
    const arrival = await this.#askHere({ kind: 'move', position: this.#position, move });
    if (!arrival) return;
    this.#position = arrival.position;
    this.#hit = arrival.hit ?? null;
    if (this.stop) this.look(this.stop.node);
    await this.#read();
  }

  /** Looks at an operation, and at its output. */
  look(node: string): void {
    this.#node = node;
    this.#tensor = { tensor: node, reading: 'value' };
  }

  show(tensor: TensorName): void {
    this.#tensor = tensor;
  }

  /** Opens a number. @param isFirst whether a new trail begins with it */
  async openNumber(address: Address, isFirst: boolean): Promise<void> {
    const opened = await this.#askHere({ kind: 'number', address });
    if (opened) this.#trail = isFirst ? [opened] : [...this.#trail, opened];
  }

  /** Back to the number with so many before it on the trail. */
  backTo(index: number): void {
    this.#trail = this.#trail.slice(0, index + 1);
  }

  progress(tensor: string): Progress {
    return this.#outline
      ? progressOf(this.#outline, this.#position, tensor)
      : { done: 0, total: 0, state: 'none' };
  }

  /** A tensor's numbers at this stop; undefined while they are not here. */
  reading(name: TensorName): TensorReading | undefined {
    return this.#readings.get(this.#keyOf(name));
  }

  /** Fetches what is to be shown at this stop and is not here. */
  async #read(): Promise<void> {
    const position = this.#position;
    const tensors = this.#wanted().filter((name) => !this.#readings.has(this.#keyOf(name)));
    const readings = await this.#askHere({ kind: 'tensors', position, tensors });
    if (!readings || position !== this.#position) return;
    const keyed = readings.map((reading) => [this.#keyOf(reading), reading] as const);
    this.#readings = new Map([...this.#readings, ...keyed]);
  }

  #wanted(): TensorName[] {
    const names = Object.keys(this.#outline?.shapes ?? {});
    const there = names.filter((tensor) => this.progress(tensor).state !== 'none');
    const added = this.stop?.contributions ?? [];
    return [
      ...names.map((tensor) => ({ tensor, reading: 'value' }) as const),
      ...there.map((tensor) => ({ tensor, reading: 'gradient' }) as const),
      ...added.map(({ tensor }) => ({ tensor, reading: 'added' }) as const)
    ];
  }

  /** Gradients with as many contributions are the same. */
  #keyOf({ tensor, reading }: TensorName): string {
    const when = { value: 0, gradient: this.progress(tensor).done, added: this.#position };
    return `${tensor} ${reading} ${when[reading]}`;
  }

  async #askHere<K extends QuestionKind>(
    asked: { readonly kind: K } & Questions[K]['asked']
  ): Promise<Answer<K> | null> {
    const outline = this.#outline;
    if (!outline) return null;
    const { step, seed } = outline;
    // What belongs to a kind, TypeScript cannot tell of a kind that it does not know.
    const question: unknown = { ...asked, step, seed };
    return this.#ask(question as Question<K>);
  }

  /** Null if it is refused, or if another step was opened meanwhile. */
  async #ask<K extends QuestionKind>(question: Question<K>): Promise<Answer<K> | null> {
    const opening = this.#openings;
    try {
      const answer = await this.#run.ask(question);
      if (opening !== this.#openings) return null;
      this.#refusal = null;
      return answer;
    } catch (error) {
      if (opening === this.#openings) this.#refusal = (error as Error).message;
      return null;
    }
  }
}
