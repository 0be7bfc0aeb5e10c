/**
 * Compiles the WASM kernels, src/lib/engine/simd/kernels, with and without relaxed SIMD, into one module of JavaScript
 * that Vite, Node and TypeScript import like any other. Does nothing while the sources are those it was made from.
 * Runs after `npm ci` (prepare), before `npm test` and `npm run lab`, and with every start of Vite.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = 'src/lib/engine/simd/kernels';
const target = join(root, 'src/lib/engine/simd/binaries.ts');

const options = [
  '-O3',
  '--noAssert',
  '--uncheckedBehavior',
  'always',
  '--runtime',
  'stub',
  '--enable',
  'simd'
];

/** What each binary is compiled with besides. @type {Record<string, string[]>} */
const binaries = { plain: [], relaxed: ['--enable', 'relaxed-simd'] };

/** Compiles if the sources have changed. */
export async function compileKernels() {
  const hash = hashOfSources();
  if (existsSync(target) && readFileSync(target, 'utf8').includes(hash)) return;
  console.log('kernels: compiling');
  const lines = [`/** Made by scripts/kernels.js from ${folder}, ${hash}. In base64. */`];
  for (const [name, more] of Object.entries(binaries)) {
    const bytes = await compile([...options, ...more]);
    lines.push(`export const ${name} =\n  '${Buffer.from(bytes).toString('base64')}';`);
  }
  // Whoever reads it meanwhile finds the old one or the new one.
  const part = `${target}.${process.pid}`;
  writeFileSync(part, `${lines.join('\n')}\n`);
  renameSync(part, target);
}

function hashOfSources() {
  const hash = createHash('sha256');
  const own = fileURLToPath(import.meta.url);
  const { version } = readVersion();
  hash.update(version).update(readFileSync(own));
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts')).sort()) {
    hash.update(file).update(readFileSync(join(root, folder, file)));
  }
  return hash.digest('hex');
}

/** @returns {{ version: string }} */
function readVersion() {
  return JSON.parse(readFileSync(join(root, 'node_modules/assemblyscript/package.json'), 'utf8'));
}

/**
 * @typedef {object} Compiler
 * @property {(args: string[], api: {
 *   readFile(name: string, folder: string): string | null,
 *   writeFile(name: string, contents: string | Uint8Array): void
 * }) => Promise<{ error: Error | null, stderr: object }>} main
 */

// Its types declare globals of their own, an Array among them: TypeScript must not look there.
const compiler = /** @type {string} */ ('assemblyscript/asc');

/**
 * A source as AssemblyScript reads it: `// @inline` above a function is its decorator, which TypeScript allows only in
 * classes. Null if there is no such file.
 * @param {string} name
 * @param {string} folder
 */
function readSource(name, folder) {
  const path = join(folder, name);
  if (!existsSync(path)) return null;
  return readFileSync(path, 'utf8').replaceAll(/^\/\/ @inline$/gm, '@inline');
}

/** @param {string[]} options */
async function compile(options) {
  const { default: asc } = /** @type {{ default: Compiler }} */ (await import(compiler));
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await asc.main(
    ['main.ts', '--outFile', 'out.wasm', '--baseDir', join(root, folder), ...quiet, ...options],
    {
      readFile: readSource,
      writeFile(name, contents) {
        if (name.endsWith('.wasm') && typeof contents !== 'string') binary = contents;
      }
    }
  );
  if (error || !binary) throw new Error(`kernels: ${error?.message}\n${String(stderr)}`);
  return binary;
}

// That v128 cannot be handed to JavaScript; nobody does.
const quiet = ['--disableWarning', '112'];

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await compileKernels();
}
