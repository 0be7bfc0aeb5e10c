import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Installs the libraries that are compared with, beside this file, unless they are there in these versions. */
export function installPeers(): void {
  const { dependencies } = read('package.json');
  const isThere = ([name, version]: [string, string]) => {
    const manifest = `node_modules/${name}/package.json`;
    if (!existsSync(resolve(import.meta.dirname, manifest))) return false;
    return (read(manifest) as unknown as { version: string }).version === version;
  };
  if (Object.entries(dependencies).every(isThere)) return;
  process.stderr.write('installing the peers …\n');
  const { status } = spawnSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund'], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32'
  });
  if (status !== 0)
    throw new Error(`peers: needs npm install to succeed, got exit status ${status}`);
}

function read(file: string): Manifest {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, file), 'utf8')) as Manifest;
}
