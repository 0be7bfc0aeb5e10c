import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Milliseconds per step of a microgpt.py, from the lines `step N / …` that it prints.
 * @param file its path; its input.txt lies beside it
 * @param sizes what it is to assign instead, by name
 * @param steps how many steps to time
 * @param skipped steps before them
 */
export async function timeMicrogpt(
  file: string,
  sizes: Readonly<Record<string, number>>,
  { steps, skipped }: { readonly steps: number; readonly skipped: number }
): Promise<number> {
  const path = resolve(file);
  const assigned = Object.entries(sizes).map(([name, value]) => `${name}=${value}`);
  const runner = resolve(import.meta.dirname, 'sized.py');
  const python = spawn('python3', ['-u', runner, path, ...assigned], { cwd: dirname(path) });
  let from = 0;
  try {
    for await (const line of createInterface({ input: python.stdout, crlfDelay: Infinity })) {
      const step = Number(/^step +(\d+) \//.exec(line)?.[1]);
      if (step === skipped) from = performance.now();
      if (step === skipped + steps) return (performance.now() - from) / steps;
    }
    throw new Error(`microgpt: needs a program that prints its steps, got none from ${file}`);
  } finally {
    python.kill();
  }
}
