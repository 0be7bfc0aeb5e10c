import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Peer } from './peer';
import type { Problem } from './problem';
import { ProgramPeer } from './program';

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
export function openPython(python: string, kind: PythonKind, problem: Problem): Peer {
  const OMP_NUM_THREADS = kind[0] === 'cuda' ? '1' : String(kind[1]);
  const threads = { OMP_NUM_THREADS, OPENBLAS_NUM_THREADS: OMP_NUM_THREADS };
  const command = [python, program, ...kind.map(String)] as const;
  return new ProgramPeer(inWords(kind), command, `${JSON.stringify(problem)}\n`, threads);
}

function inWords([library, how]: PythonKind): string {
  if (library === 'cuda') return `torch on CUDA, ${how}`;
  return `${library}, ${how} thread${how === 1 ? '' : 's'}`;
}
