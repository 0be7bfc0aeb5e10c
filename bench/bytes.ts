import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import type { LibraryCompetitor } from './page';

/** What a library fetches beside its code, under bench/peers/node_modules. */
const fetched: Readonly<Record<string, string>> = {
  'TensorFlow.js wasm': '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'
};

/** Kilobytes, compressed, that a page must load to train: our engines, and each library on its device. */
export async function bytesShipped(
  root: string,
  libraries: readonly LibraryCompetitor[]
): Promise<Record<string, number>> {
  const bytes: Record<string, number> = {};
  for (const engine of ['cpu/cpuEngine', 'simd/simdEngine', 'gpu/gpuEngine']) {
    const entry = resolve(root, `src/lib/engine/${engine}.ts`);
    bytes[engine.split('/')[0]] = await bundled(entry, 'binaries');
  }
  for (const competitor of libraries) {
    const name = `${competitor.library} ${competitor.device}`;
    const file = competitor.library === 'jax-js' ? 'jax.mjs' : 'tfjs.mjs';
    const code = await bundled(resolve(root, 'bench/peers', file), competitor.device);
    const beside = fetched[name];
    bytes[name] =
      code + (beside ? compressed(resolve(root, 'bench/peers/node_modules', beside)) : 0);
  }
  return Object.fromEntries(
    Object.entries(bytes).map(([name, count]) => [name, Math.round(count / 1000)])
  );
}

/** What the entry imports, and of what it imports later the parts with that name. */
async function bundled(entry: string, part: string): Promise<number> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['es'] }, minify: 'oxc' }
  })) as Rollup.RollupOutput[];
  const chunks = built[0].output.filter(({ type }) => type === 'chunk') as Rollup.OutputChunk[];
  const needed = chunks.filter(
    ({ isDynamicEntry, facadeModuleId }) =>
      !isDynamicEntry || new RegExp(`backend-${part}|/${part}[-.]`).test(facadeModuleId ?? '')
  );
  return needed.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
}

function compressed(file: string): number {
  return gzipSync(readFileSync(file)).length;
}
