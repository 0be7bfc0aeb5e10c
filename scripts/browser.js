/**
 * Which Chromium the tests drive, and with which flags. Plain JavaScript without dependencies:
 * setup.js reads it before anything is installed.
 */
import { existsSync } from 'node:fs';
import process from 'node:process';

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
];

const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
];

// A software adapter, the same on every Linux machine; LAB_GPU=1 tests the machine's own.
const software = [
  '--use-angle=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader'
];

/** The named or installed browser; undefined leaves the choice to Playwright. */
export function findBrowser(env = process.env, exists = existsSync) {
  if (!env.CHROMIUM) return installed.find((path) => exists(path));
  if (exists(env.CHROMIUM)) return env.CHROMIUM;
  throw new Error(`CHROMIUM: needs the path of a browser, got ${env.CHROMIUM}`);
}

/**
 * Launch options for Playwright. Without `webgpu` it is the browser in which requestAdapter() is null.
 * @param {{ webgpu: boolean }} wanted
 */
export function launchOptions({ webgpu }) {
  const ownAdapter = process.env.LAB_GPU || process.platform !== 'linux';
  const args = [
    ...quiet,
    ...(webgpu ? ['--enable-unsafe-webgpu'] : []),
    ...(ownAdapter ? [] : software)
  ];
  const executablePath = findBrowser();
  return executablePath ? { executablePath, args } : { channel: 'chromium', args };
}
