/**
 * What `npm start` and `npm test` need on a bare clone. Runs before them, does nothing when all is
 * there, and has no dependencies. With `--browser` it also finds or installs a browser.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './browser.js';
import { compileKernels } from './kernels.js';

const needed = [20, 19];

/** @param {string} version */
export function isNodeTooOld(version) {
  const [major, minor] = version.split('.').map(Number);
  return major < needed[0] || (major === needed[0] && minor < needed[1]);
}

/**
 * Whether node_modules lacks something that the lock file names. npm keeps its own account of what it
 * installed in node_modules/.package-lock.json and writes it last.
 * @param {string} lockText
 * @param {string | undefined} installedText
 */
export function isInstallStale(lockText, installedText) {
  if (installedText === undefined) return true;
  const installed = packagesOf(installedText);
  return Object.entries(packagesOf(lockText)).some(
    ([path, { optional, integrity }]) =>
      path !== '' && !optional && installed[path]?.integrity !== integrity
  );
}

/** @typedef {{ packages: Record<string, { integrity?: string, optional?: boolean }> }} Lock */

/** @param {string} lockText */
function packagesOf(lockText) {
  return /** @type {Lock} */ (JSON.parse(lockText)).packages;
}

/**
 * Ways to get a browser, best first. From apt the Vulkan loader comes along if it can be had: with it
 * `npm run lab -- train --engine gpu` finds the browser's software adapter.
 * @param {{ isRoot: boolean, isDebian: boolean }} machine
 */
export function browserInstalls({ isRoot, isDebian }) {
  const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends';
  const apt = `apt-get update && ${install} chromium && { ${install} libvulkan1 || true; }`;
  return [...(isRoot && isDebian ? [apt] : []), 'npx --no-install playwright install chromium'];
}

/**
 * Tries one way after the other until there is a browser.
 * @param {string[]} commands
 * @param {(command: string) => boolean} run
 * @param {() => Promise<boolean>} hasBrowser
 */
export async function installBrowser(commands, run, hasBrowser) {
  for (const command of commands) {
    if (run(command) && (await hasBrowser())) return;
  }
  throw new Error(
    'browser: needs Chromium or Chrome for the tests, got none. Install one, ' +
      'or set CHROMIUM to the path of its program.'
  );
}

async function hasBrowser() {
  if (findBrowser()) return true;
  const { chromium } = await import('playwright');
  return existsSync(chromium.executablePath());
}

/** @param {string} command */
function run(command) {
  console.log(`setup: ${command}`);
  return spawnSync(command, { shell: true, stdio: 'inherit' }).status === 0;
}

/** @param {string} path */
function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string[]} args */
async function setUp(args) {
  if (isNodeTooOld(process.versions.node)) {
    throw new Error(`Node: needs ${needed.join('.')} or newer, got ${process.versions.node}`);
  }
  const lock = readFileSync('package-lock.json', 'utf8');
  const isStale = isInstallStale(lock, read('node_modules/.package-lock.json'));
  if (isStale && !run('npm ci')) throw new Error('npm ci failed');
  if (!existsSync('.svelte-kit/tsconfig.json')) run('npm run prepare');
  await compileKernels();

  if (!args.includes('--browser') || (await hasBrowser())) return;
  const machine = { isRoot: process.getuid?.() === 0, isDebian: existsSync('/etc/debian_version') };
  await installBrowser(browserInstalls(machine), run, hasBrowser);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  setUp(process.argv.slice(2)).catch((/** @type {Error} */ error) => {
    console.error(`setup: ${error.message}`);
    process.exitCode = 1;
  });
}
