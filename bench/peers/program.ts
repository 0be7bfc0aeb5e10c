import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Peer } from './peer';

/**
 * A program that reads a problem from its standard input, then a line `done count` for each call: it trains so many
 * steps after those done and answers with the last loss.
 */
export class ProgramPeer implements Peer {
  readonly device: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string, undefined>;

  /** @param command the program and its arguments */
  constructor(
    device: string,
    [program, ...args]: readonly [string, ...string[]],
    problem: string,
    env: Readonly<Record<string, string>> = {}
  ) {
    this.device = device;
    this.#process = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env }
    });
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
