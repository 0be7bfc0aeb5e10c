import type { FromWorker, Inspection, InspectionRequest, ToWorker } from '../run/protocol';

type Answer = Extract<FromWorker, { type: 'inspected' | 'notInspected' }>;

type Post = (message: ToWorker) => void;

interface Pending {
  readonly resolve: (inspection: Inspection) => void;
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

/** Requests for inspections that a worker has yet to answer. */
export class Inquiries {
  readonly #pending = new Map<number, Pending>();
  #asked = 0;

  /** @param post null if nobody is there to answer */
  ask(request: InspectionRequest, post: Post | null): Promise<Inspection> {
    if (!post) return Promise.reject(withoutWorker());
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      post({ type: 'inspect', id, request });
    });
  }

  settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.type === 'inspected') pending?.resolve(answer.inspection);
    else pending?.reject(new InquiryError(answer.reason, answer.superseded));
  }

  /** Nobody will answer any more. */
  abandon(): void {
    for (const { reject } of this.#pending.values()) reject(withoutWorker());
    this.#pending.clear();
  }
}

function withoutWorker(): InquiryError {
  return new InquiryError(
    'inspection: needs a run with a worker, got one that is closed or read-only'
  );
}
