/** Serves the built site, as any static host would, from any base path: `npm start -- --port 5000`. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const build = fileURLToPath(new URL('../build', import.meta.url));

const contentTypes: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2'
};

// Cross-origin isolation: precise timers, and memory that workers may share.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp'
};

export interface Site {
  url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** The first port to try; when it is taken a free one is used. 0: any free port. */
  port?: number;
  host?: string;
  /** The path under which the site lies, with a slash at both ends. */
  base?: string;
}

export async function serve(options: ServeOptions = {}): Promise<Site> {
  const { port = 0, host = '127.0.0.1', base = '/' } = options;
  if (!existsSync(build)) throw new Error('serve: needs the built site, run `npm run build`');

  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    const found = path.startsWith(base) ? find(path.slice(base.length)) : undefined;
    if (found?.isFolder && !path.endsWith('/')) redirect(response, `${path}/`);
    else if (found) sendFile(response, found.file);
    else response.writeHead(404, isolation).end('Not found');
  });
  const listen = (wanted: number) =>
    new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(wanted, host, () => {
        server.off('error', fail);
        done();
      });
    });
  await listen(port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return listen(0);
  });

  const address = server.address() as AddressInfo;
  return {
    url: `http://localhost:${address.port}${base}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      })
  };
}

/** The file for a path inside the site; a folder stands for its index.html. */
function find(path: string): { file: string; isFolder: boolean } | undefined {
  try {
    const place = join(build, normalize(`/${decodeURIComponent(path)}`));
    const isFolder = statSync(place).isDirectory();
    const file = isFolder ? join(place, 'index.html') : place;
    return statSync(file).isFile() ? { file, isFolder } : undefined;
  } catch {
    return undefined; // no such file, or an address that does not decode
  }
}

function redirect(response: ServerResponse, location: string) {
  response.writeHead(301, { ...isolation, Location: location }).end();
}

function sendFile(response: ServerResponse, file: string) {
  const contentType = contentTypes[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { ...isolation, 'Content-Type': contentType });
  createReadStream(file).pipe(response);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } });
  const site = await serve({ port: Number(values.port ?? 4173), host: values.host });
  console.log(`\n  microGPT Lab is at ${site.url}\n  Ctrl+C stops it.\n`);
}
