import { ShapeError } from '../engine/errors';
import { answer } from './answers';
import {
  InspectionError,
  needsTrace,
  pick,
  requireDone,
  requireNames,
  resetError,
  type OpenedStep
} from './inspection';
import { openStep } from './openStep';
import { Plan } from './plan';
import type { Inspection, InspectionRequest, RunRequest } from './protocol';
import type { Answer, Question, QuestionKind } from './questions';
import { Recent } from './recent';
import { recordStep, type RecordedStep } from './recordedStep';
import { Replay, type ReplayHost } from './replay';
import type { Timeline } from './timeline';
import { UpdateAnswers } from './updateAnswers';
import { isUpdateKind, type UpdateQuestionKind } from './updateQuestions';

/** Most steps that wait to be opened; when more are asked for, the oldest gives way. */
const MOST_WAITING = 4;

/** Opened steps kept: at preset `max` each takes up to 6 MB. */
const MOST_OPENED = 4;

/** Steps kept with all of their backward pass: at preset `max` each takes some 20 MB. */
const MOST_RECORDED = 2;

/** Milliseconds after which engines that nobody needs are given back. */
const IDLE_TIME = 30_000;

/** A request in the queue. */
interface Waiting {
  readonly step: number;
  readonly answer: (plan: Plan) => Promise<void>;
  readonly reject: (error: InspectionError) => void;
}

/**
 * Opens any step of a run, while it trains, pauses or has ended: replays it from the timeline, on engines of its own,
 * and traces it. One at a time, the step asked for last first.
 */
export class Inspector {
  readonly #request: RunRequest;
  readonly #timeline: Timeline;
  readonly #host: ReplayHost;
  #plan: Plan | undefined;
  #replay: Replay | undefined;
  #updates: UpdateAnswers | undefined;
  #waiting: Waiting[] = [];
  #isAnswering = false;
  #isClosed = false;
  readonly #opened = new Recent<OpenedStep>(MOST_OPENED);
  readonly #recorded = new Recent<RecordedStep>(MOST_RECORDED);
  #openedEra = 0;
  /** Counts the answers. */
  #answered = 0;

  constructor(request: RunRequest, timeline: Timeline, host: ReplayHost) {
    this.#request = request;
    this.#timeline = timeline;
    this.#host = host;
  }

  /** Rejects with InspectionError: what is asked for is not there, newer requests came, or it was closed. */
  inspect(request: InspectionRequest): Promise<Inspection> {
    return this.#queue(request.step, 0, async (plan) => {
      requireNames(plan.program, request);
      if (request.document !== undefined) requireDone(request.document, this.#timeline, 0);
      return pick(await this.#open(plan, request), request);
    });
  }

  /** Answers a question about a step, its backward pass or its update; rejects as `inspect` does. */
  ask<K extends QuestionKind>(question: Question<K>): Promise<Answer<K>> {
    return this.#queue(question.step, 1, async (plan) => {
      // What belongs to a kind, TypeScript cannot tell of a kind that it does not know.
      const asked = question as unknown as Question;
      const told = isUpdateQuestion(asked)
        ? await this.#updatesOf(plan).answer(asked)
        : answer(await this.#record(plan, asked), asked);
      return told;
    });
  }

  /** @param first the first step that may be asked for */
  #queue<T>(step: number, first: 0 | 1, work: (plan: Plan) => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(resetError());
    return new Promise((resolve, reject) => {
      const answer = async (plan: Plan) => {
        requireDone(step, this.#timeline, first);
        resolve(await work(plan));
      };
      this.#waiting.push({ step, answer, reject });
      this.#supersede();
      if (!this.#isAnswering) void this.#answerAll();
    });
  }

  /** Refuses what waits, and gives its engines back as soon as they are free. */
  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(resetError());
    if (!this.#isAnswering) this.#replay?.dispose();
  }

  /** Refuses the requests for the oldest steps if too many wait. */
  #supersede(): void {
    const steps = new Set(this.#waiting.map(({ step }) => step).reverse());
    const dropped = [...steps].slice(MOST_WAITING);
    const isDropped = ({ step }: Waiting) => dropped.includes(step);
    for (const { step, reject } of this.#waiting.filter(isDropped)) {
      reject(new InspectionError(`inspection: step ${step} gave way to newer ones`, true));
    }
    this.#waiting = this.#waiting.filter((waiting) => !isDropped(waiting));
  }

  async #answerAll(): Promise<void> {
    this.#isAnswering = true;
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) await this.#answer(next);
    this.#isAnswering = false;
    if (this.#isClosed) this.#replay?.dispose();
    else void this.#rest(++this.#answered);
  }

  async #answer({ answer, reject }: Waiting): Promise<void> {
    try {
      this.#plan ??= new Plan(this.#request);
      await answer(this.#plan);
    } catch (error) {
      reject(this.#refusal(error));
    }
  }

  /** After any failure but a refusal, or a place that is not there, engines are opened anew. */
  #refusal(error: unknown): InspectionError {
    if (error instanceof InspectionError) return error;
    const isMisplaced = error instanceof RangeError || error instanceof ShapeError;
    if (!isMisplaced) this.#replay?.dispose();
    return new InspectionError(messageOf(error));
  }

  async #open(plan: Plan, request: InspectionRequest): Promise<OpenedStep> {
    this.#forgetReset();
    const { step, document = null } = request;
    const isTraced = needsTrace(request);
    const make = () => this.#replayed(plan, request);
    const isEnough = ({ trace }: OpenedStep) => trace !== null || !isTraced;
    return this.#opened.get(JSON.stringify([step, document]), make, isEnough);
  }

  #record(plan: Plan, { step, seed }: Pick<Question, 'step' | 'seed'>): Promise<RecordedStep> {
    this.#forgetReset();
    return this.#recorded.get(JSON.stringify([step, seed]), async () => {
      this.#replay ??= new Replay(plan, this.#timeline, this.#host);
      const { era } = this.#timeline;
      const loss = this.#timeline.loss(step);
      const recorded = await recordStep(plan, this.#replay, { step, seed, loss });
      if (era !== this.#timeline.era) throw resetError();
      return recorded;
    });
  }

  #updatesOf(plan: Plan): UpdateAnswers {
    const replay = () => (this.#replay ??= new Replay(plan, this.#timeline, this.#host));
    return (this.#updates ??= new UpdateAnswers(plan, this.#timeline, this.#host, replay));
  }

  /** After a reset, what is kept is of another run. */
  #forgetReset(): void {
    if (this.#openedEra === this.#timeline.era) return;
    this.#openedEra = this.#timeline.era;
    this.#opened.clear();
    this.#recorded.clear();
  }

  async #replayed(plan: Plan, request: InspectionRequest): Promise<OpenedStep> {
    this.#replay ??= new Replay(plan, this.#timeline, this.#host);
    const { era } = this.#timeline;
    const loss = this.#timeline.loss(Math.max(request.step, this.#timeline.first + 1));
    const opened = await openStep(plan, this.#replay, { request, loss });
    if (era !== this.#timeline.era) throw resetError();
    return opened;
  }

  /** Gives the engines back if nothing is asked for a while. */
  async #rest(answered: number): Promise<void> {
    await this.#host.wait(IDLE_TIME);
    if (answered === this.#answered && !this.#isAnswering) this.#replay?.dispose();
  }
}

function isUpdateQuestion(question: Question): question is Question<UpdateQuestionKind> {
  return isUpdateKind(question.kind);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
