import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/browser.js';
import {
  browserInstalls,
  installBrowser,
  isInstallStale,
  isNodeTooOld
} from '../../scripts/setup.js';

test.each([
  ['18.20.4', true],
  ['20.18.3', true],
  ['20.19.0', false],
  ['22.1.0', false]
])('Node %s is too old: %s', (version, isTooOld) => {
  expect(isNodeTooOld(version)).toBe(isTooOld);
});

describe('what is installed against the lock file', () => {
  const lock = (packages: object) => JSON.stringify({ packages: { '': {}, ...packages } });
  const wanted = lock({ a: { integrity: 'sha512-1' }, b: { integrity: 'x', optional: true } });

  test.each([
    ['nothing', undefined, true],
    ['another version', lock({ a: { integrity: 'sha512-2' } }), true],
    ['a package less', lock({}), true],
    ['the same without an optional package', lock({ a: { integrity: 'sha512-1' } }), false]
  ])('%s', (_, installed, isStale) => {
    expect(isInstallStale(wanted, installed)).toBe(isStale);
  });
});

describe('a browser for the tests', () => {
  test('is the named one, else an installed one, else left to Playwright', () => {
    const has = (path: string) => (wanted: unknown) => wanted === path;
    expect(findBrowser({ CHROMIUM: '/opt/own' }, has('/opt/own'))).toBe('/opt/own');
    expect(findBrowser({}, has('/usr/bin/google-chrome'))).toBe('/usr/bin/google-chrome');
    expect(findBrowser({}, () => false)).toBeUndefined();
  });

  test('is refused when the named one is not there', () => {
    expect(() => findBrowser({ CHROMIUM: '/opt/own' }, () => false)).toThrow(
      'CHROMIUM: needs the path of a browser, got /opt/own'
    );
  });

  test('comes from apt for root on Debian, else from Playwright', () => {
    const ways = browserInstalls({ isRoot: true, isDebian: true });
    expect(ways).toHaveLength(2);
    expect(ways[0]).toContain('apt-get install -y --no-install-recommends chromium');
    expect(ways[1]).toContain('playwright install chromium');
    expect(browserInstalls({ isRoot: false, isDebian: true })).toEqual(ways.slice(1));
    expect(browserInstalls({ isRoot: true, isDebian: false })).toEqual(ways.slice(1));
  });

  test.each([
    ['chromium and libvulkan1', '', 0],
    ['chromium alone', 'libvulkan1', 0],
    ['nothing', 'chromium', 100]
  ])('from apt that has %s', (_, missing, status) => {
    const [apt] = browserInstalls({ isRoot: true, isDebian: true });
    const folder = mkdtempSync(join(tmpdir(), 'apt-'));
    const stub = `#!/bin/sh\nfor word in "$@"; do [ "$word" != "${missing}" ] || exit 100; done\n`;
    writeFileSync(join(folder, 'apt-get'), stub, { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const ended = spawnSync(apt, { shell: true, env });
    rmSync(folder, { recursive: true });
    expect(ended.status).toBe(status);
  });
});

describe('installing a browser', () => {
  /** A machine on which only `working` installs one; `tried` lists what was run. */
  function machine(working: string) {
    const tried: string[] = [];
    const run = (command: string) => tried.push(command) > 0 && command === working;
    return { tried, run, hasBrowser: () => Promise.resolve(tried.includes(working)) };
  }

  test('stops at the first way that works', async () => {
    const { tried, run, hasBrowser } = machine('a');
    await installBrowser(['a', 'b'], run, hasBrowser);
    expect(tried).toEqual(['a']);
  });

  test('goes on to the next way when one fails', async () => {
    const { tried, run, hasBrowser } = machine('b');
    await installBrowser(['a', 'b'], run, hasBrowser);
    expect(tried).toEqual(['a', 'b']);
  });

  test('says what to do when none works', async () => {
    const { run, hasBrowser } = machine('');
    await expect(installBrowser(['a', 'b'], run, hasBrowser)).rejects.toThrow('set CHROMIUM');
  });
});
