import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { violations } from './walls';

test('every file of src keeps to its walls', () => {
  const src = join(import.meta.dirname, '../src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((path) => /\.(svelte|[jt]s)$/.test(path));
  expect(sources).toContain('lib/engine/ops/index.ts');
  const found = sources.flatMap((path) => violations(path, readFileSync(join(src, path), 'utf8')));
  expect(found).toEqual([]);
});

const breaches: [path: string, source: string, violation: string][] = [
  ['lib/engine/a.ts', "import { run } from '../run/trainer';", 'imports lib/run/trainer'],
  ['lib/engine/a.ts', "import type { Run } from '$lib/run/trainer';", 'imports lib/run/trainer'],
  ['lib/engine/a.ts', "export * from '../views/a';", 'imports lib/views/a'],
  ['lib/engine/a.ts', "const b = await import('../views/a');", 'imports lib/views/a'],
  ['lib/engine/a.ts', "let x: import('../state/a').A;", 'imports lib/state/a'],
  ['lib/engine/a.ts', "import { onMount } from 'svelte';", 'imports the package svelte'],
  ['lib/engine/a.ts', 'export const r = Math.random();', 'knows Math.random'],
  ['lib/engine/a.ts', 'export const t = Date.now();', 'knows Date'],
  ['lib/engine/a.ts', 'export const t = performance.now();', 'knows performance'],
  ['lib/engine/a.ts', 'document.body.remove();', 'knows document'],
  ['lib/engine/a.ts', 'let x: GPUDevice;', 'knows GPUDevice'],
  ['lib/engine/cpu/a.ts', 'navigator.gpu.requestAdapter();', 'knows navigator.gpu'],
  ['lib/run/a.ts', 'open(self.navigator.gpu);', 'knows self.navigator.gpu'],
  ['lib/run/a.ts', 'window.alert(1);', 'knows window'],
  ['lib/run/a.ts', "import { a } from '../state/a.svelte.ts';", 'imports lib/state/a.svelte.ts'],
  ['lib/run/a.ts', "import { readFile } from 'node:fs';", 'imports the package node:fs'],
  ['lib/state/a.svelte.ts', "import * as three from 'three';", 'imports the package three'],
  ['lib/state/a.svelte.ts', "import A from '../views/A.svelte';", 'imports lib/views/A.svelte'],
  ['lib/state/A.svelte', '', 'a component outside views and routes'],
  ['lib/state/a.svelte.ts', "import { a } from '../engine/adam';", 'imports lib/engine/adam'],
  ['lib/views/A.svelte', "<script>import 'three';</script>", 'imports the package three'],
  ['lib/views/A.svelte', "<script>import 'layercake';</script>", 'imports the package layercake'],
  ['lib/views/charts/A.svelte', "<script>import 'three';</script>", 'imports the package three'],
  [
    'lib/views/A.svelte',
    "<script module>\nimport '$lib/engine/adam';\n</script>",
    'imports lib/engine/adam'
  ],
  ['lib/views/A.svelte', "<script>new Worker('a.js');</script>", 'knows Worker'],
  [
    'routes/+page.svelte',
    "<script>new URL('../lib/engine/adam.ts', import.meta.url);</script>",
    'imports lib/engine/adam.ts'
  ],
  ['routes/a.ts', "import '../../scripts/serve';", 'imports ../scripts/serve'],
  ['lib/run/a.ts', "import { a } from '../../cli/a';", 'imports cli/a'],
  ['cli/a.ts', "import { a } from '../lib/state/a.svelte';", 'imports lib/state/a.svelte'],
  ['lib/run/utils/a.ts', '', 'a folder named utils'],
  ['lib/views/index.ts', '', 'a barrel file']
];

describe('the walls stand', () => {
  test.each(breaches)('%s: %s', (path, source, violation) => {
    expect(violations(path, source)).toEqual([`${path}: ${violation}`]);
  });

  test('a folder that the layout does not know', () => {
    expect(violations('lib/stores/a.ts', '')).toHaveLength(1);
  });
});

const passages: [path: string, source: string][] = [
  ['lib/engine/gpu/a.ts', "import { a } from '../a';\nlet x: GPUDevice = navigator.gpu;"],
  ['lib/engine/ops/index.ts', "import { add } from './add.ts';"],
  ['lib/engine/a.ts', 'export const f = (document: number[]) => document.length;'],
  ['lib/engine/a.ts', '// the window of Math.random()\nexport const x = { window: 1 }.window;'],
  ['lib/run/a.ts', "import { a } from '$lib/engine/gpu/a';\nperformance.now();"],
  ['lib/state/run.svelte.ts', "new Worker(new URL('../run/worker.ts', import.meta.url));"],
  [
    'lib/views/constellation/scene.ts',
    "import { Scene } from 'three';\nimport 'three/addons/a.js';"
  ],
  ['lib/views/charts/A.svelte', "<script>import 'layercake'; import '../styles/a.ts';</script>"],
  ['routes/+page.svelte', "<script>import A from '$lib/views/A.svelte';</script>"],
  ['cli.ts', "import './cli/arguments';\nimport { trainer } from './lib/run/trainer';"],
  ['cli/corpora.ts', "import { version } from '../../package.json';"],
  ['cli/device.ts', "import { create } from 'webgpu';\nlet gpu: GPU;"]
];

describe('the gates are open', () => {
  test.each(passages)('%s: %s', (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });
});
