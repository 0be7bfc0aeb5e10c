import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Milliseconds per step of a microgpt.py as it stands, from the lines `step N / …` that it prints.
 * @param file its path; its input.txt lies beside it
 * @param steps how many steps to time, after the first five
 */
export async function timeMicrogpt(file: string, steps: number): Promise<number> {
  const python = spawn('python3', ['-u', resolve(file)], { cwd: dirname(resolve(file)) });
  let from = 0;
  try {
    for await (const line of createInterface({ input: python.stdout, crlfDelay: Infinity })) {
      const step = Number(/^step +(\d+) \//.exec(line)?.[1]);
      if (step === 5) from = performance.now();
      if (step === 5 + steps) return (performance.now() - from) / steps;
    }
    throw new Error(`microgpt: needs a program that prints its steps, got none from ${file}`);
  } finally {
    python.kill();
  }
}
