import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import type { Competitor } from './page';

/** What a library fetches beside its code, under bench/peers/node_modules. */
const fetched: Readonly<Record<string, string>> = {
  'TensorFlow.js wasm': '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'
};

/** Kilobytes, compressed, that a page must load to train: our engines, and each library on its device. */
export async function bytesShipped(
  root: string,
  libraries: readonly Competitor[]
): Promise<Record<string, number>> {
  const bytes: Record<string, number> = {};
  for (const engine of ['cpu/cpuEngine', 'gpu/gpuEngine']) {
    bytes[engine.split('/')[0]] = await bundled(resolve(root, `src/lib/engine/${engine}.ts`), '');
  }
  for (const competitor of libraries) {
    if (!('library' in competitor)) continue;
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

/** What the entry imports, and of what it imports later the parts named after the device. */
async function bundled(entry: string, device: string): Promise<number> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['es'] }, minify: 'oxc' }
  })) as Rollup.RollupOutput[];
  const chunks = built[0].output.filter((part) => part.type === 'chunk');
  const needed = chunks.filter(
    ({ isDynamicEntry, facadeModuleId }) =>
      !isDynamicEntry || new RegExp(`backend-${device}|/${device}-`).test(facadeModuleId ?? '')
  );
  return needed.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
}

function compressed(file: string): number {
  return gzipSync(readFileSync(file)).length;
}
