/** One worker at most: opened when it is first sent something, gone once it is dismissed or cannot go on. */
export class SoleWorker<FromWorker> {
  readonly #open: () => Worker;
  readonly #take: (message: FromWorker) => void;
  readonly #fail: (error: string) => void;
  #worker: Worker | null = null;

  /**
   * @param take is given what the worker sends; what one sent that was dismissed is dropped
   * @param fail is told in a sentence why there is no worker any more
   */
  constructor(
    open: () => Worker,
    take: (message: FromWorker) => void,
    fail: (error: string) => void
  ) {
    this.#open = open;
    this.#take = take;
    this.#fail = fail;
  }

  send(message: unknown): void {
    this.#worker ??= this.#employ();
    this.#worker.postMessage(message);
  }

  /** Ends it at once. */
  dismiss(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #employ(): Worker {
    const worker = this.#open();
    worker.onmessage = ({ data: message }: MessageEvent<FromWorker>) => {
      if (worker === this.#worker) this.#take(message);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker !== this.#worker) return;
      this.dismiss();
      this.#fail(`worker: needs to run, got ${event.message || 'no script; reload the page'}`);
    };
    return worker;
  }
}
