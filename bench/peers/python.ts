import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import type { Peer } from './peer';
import type { Problem } from './problem';

const program = resolve(import.meta.dirname, 'gpt.py');

/** What gpt.py can be: a library with so many threads, or PyTorch on an NVIDIA GPU in one of three ways. */
export type PythonKind =
  | readonly ['numpy' | 'torch', threads: number]
  | readonly ['cuda', 'eager' | 'compiled' | 'graphs'];

/** The first python of these that runs a line; null if none does. */
function pythonThat(line: string): string | null {
  const candidates = [process.env.PYTHON, 'python3', '/usr/bin/python3'];
  const runs = (python: string) => spawnSync(python, ['-c', line]).status === 0;
  return candidates.find((python) => python !== undefined && runs(python)) ?? null;
}

/** The first python that has a module; null if none has. */
export function pythonWith(module: string): string | null {
  return pythonThat(`import ${module}`);
}

/** The first python whose PyTorch has a GPU; null if none has. */
export function pythonWithCuda(): string | null {
  return pythonThat('import torch; assert torch.cuda.is_available()');
}

/** A program in Python that has loaded a problem. */
export class PythonPeer implements Peer {
  readonly device: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string, undefined>;

  constructor(python: string, kind: PythonKind, problem: Problem) {
    this.device = inWords(kind);
    const OMP_NUM_THREADS = kind[0] === 'cuda' ? '1' : String(kind[1]);
    this.#process = spawn(python, [program, ...kind.map(String)], {
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

function inWords([library, how]: PythonKind): string {
  if (library === 'cuda') return `torch on CUDA, ${how}`;
  return `${library}, ${how} thread${how === 1 ? '' : 's'}`;
}
