import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import type { Peer } from './peer';
import type { Problem } from './problem';

const program = resolve(import.meta.dirname, 'gpt.py');

/** The first python of these that has a module; null if none has. */
export function pythonWith(module: string): string | null {
  const candidates = [process.env.PYTHON, 'python3', '/usr/bin/python3'];
  const has = (python: string) => spawnSync(python, ['-c', `import ${module}`]).status === 0;
  return candidates.find((python) => python !== undefined && has(python)) ?? null;
}

/** A program in Python that has loaded a problem, with so many threads. */
export class PythonPeer implements Peer {
  readonly device: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string, undefined>;

  constructor(python: string, module: string, threads: number, problem: Problem) {
    this.device = `${module}, ${threads} thread${threads === 1 ? '' : 's'}`;
    const OMP_NUM_THREADS = String(threads);
    this.#process = spawn(python, [program, module, OMP_NUM_THREADS], {
      env: { ...process.env, OMP_NUM_THREADS, OPENBLAS_NUM_THREADS: OMP_NUM_THREADS }
    });
    this.#process.stderr.pipe(process.stderr);
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#process.stdin.write(`${JSON.stringify(problem)}\n`);
  }

  async train(done: number, count: number): Promise<number> {
    this.#process.stdin.write(`${done} ${count}\n`);
    const answer = await this.#answers.next();
    if (!answer.done) return Number(answer.value);
    throw new Error(`${this.device}: needs an answer, got the end of the program`);
  }

  close(): void {
    this.#process.kill();
  }
}
