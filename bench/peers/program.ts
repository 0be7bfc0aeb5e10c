import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Peer } from './peer';

/**
 * A program that reads a problem from its standard input, then a line `done count` for each call: it trains so many
 * steps after those done and answers with the last loss.
 */
export class ProgramPeer implements Peer {
  readonly device: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string, undefined>;

  constructor(device: string, child: ChildProcessWithoutNullStreams, problem: string) {
    this.device = device;
    this.#process = child;
    this.#process.stderr.pipe(process.stderr);
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#process.stdin.write(problem);
  }

  async train(done: number, count: number): Promise<number> {
    this.#process.stdin.write(`${done} ${count}\n`);
    const answer = await this.#answers.next();
    if (!answer.done) return Number(answer.value);
    throw new Error(`${this.device}: needs an answer, got the end of the program`);
  }

  dispose(): void {
    this.#process.kill();
  }
}
