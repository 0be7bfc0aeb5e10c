import type { FromWorker, Inspection, InspectionRequest, ToWorker } from '../run/protocol';
import type { Answer, Question, QuestionKind } from '../run/questions';

type Reply = Extract<FromWorker, { type: 'inspected' | 'answered' | 'notInspected' }>;

type Post = (message: ToWorker) => void;

interface Pending {
  readonly resolve: (told: Inspection | Answer) => void;
  readonly reject: (error: InquiryError) => void;
}

/** Why a step was not opened, in a sentence. */
export class InquiryError extends Error {
  override name = 'InquiryError';
  /** Whether it only gave way to newer requests: nothing to tell anyone. */
  readonly superseded: boolean;

  constructor(message: string, superseded = false) {
    super(message);
    this.superseded = superseded;
  }
}

/** Requests for inspections, and questions, that a worker has yet to answer. */
export class Inquiries {
  readonly #pending = new Map<number, Pending>();
  #asked = 0;

  /** @param post null if nobody is there to answer */
  inspect(request: InspectionRequest, post: Post | null): Promise<Inspection> {
    return this.#send<Inspection>((id) => ({ type: 'inspect', id, request }), post);
  }

  /** @param post null if nobody is there to answer */
  ask<K extends QuestionKind>(question: Question<K>, post: Post | null): Promise<Answer<K>> {
    return this.#send<Answer<K>>(
      (id) => ({ type: 'ask', id, question: question as Question }),
      post
    );
  }

  settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.type === 'inspected') pending?.resolve(reply.inspection);
    else if (reply.type === 'answered') pending?.resolve(reply.answer);
    else pending?.reject(new InquiryError(reply.reason, reply.superseded));
  }

  /** Nobody will answer any more. */
  abandon(): void {
    for (const { reject } of this.#pending.values()) reject(withoutWorker());
    this.#pending.clear();
  }

  /** What comes under the id of a message answers it: only the sender knows as what. */
  #send<T extends Inspection | Answer>(
    message: (id: number) => ToWorker,
    post: Post | null
  ): Promise<T> {
    if (!post) return Promise.reject(withoutWorker());
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: (told) => resolve(told as T), reject });
      post(message(id));
    });
  }
}

function withoutWorker(): InquiryError {
  return new InquiryError(
    'inspection: needs a run with a worker, got one that is closed or read-only'
  );
}
