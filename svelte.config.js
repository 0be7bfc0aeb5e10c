import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    adapter: adapter(),
    // Relative addresses let the same build be served from any base path.
    paths: { relative: true },
    typescript: {
      config(tsconfig) {
        const include = /** @type {string[]} */ (tsconfig.include);
        include.push('../*.ts', '../*.js', '../scripts/**/*', '../bench/**/*');
        const exclude = /** @type {string[]} */ (tsconfig.exclude);
        // AssemblyScript, with a tsconfig of its own.
        exclude.push('../src/lib/engine/simd/kernels/**/*');
      }
    }
  }
};
