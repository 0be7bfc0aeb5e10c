import { createServer, type Plugin } from 'vite';

/**
 * Serves the benchmark's page; with `?isolated` so that it may share memory between threads.
 * Everything that it loads may be loaded by an isolated page.
 */
export async function serveBench(root: string) {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [isolation],
    // All at once: what is found later would need the page to be loaded anew.
    optimizeDeps: { entries: ['bench/page.ts', 'bench/peers/*.mjs'] },
    cacheDir: 'node_modules/.vite-bench',
    server: { hmr: false, watch: null }
  });
  await server.listen();
  return {
    address: `${server.resolvedUrls!.local[0]}bench/page.html`,
    close: () => server.close()
  };
}

const isolation: Plugin = {
  name: 'isolation',
  configureServer({ middlewares }) {
    middlewares.use((request, response, next) => {
      response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
      if (request.url?.endsWith('?isolated')) {
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      }
      next();
    });
  }
};
