import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { writtenPages } from '../../scripts/docs/pages';
import { operations } from '../../src/lib/engine/ops/index';

let pages: Map<string, string>;
beforeAll(async () => (pages = await writtenPages()));

describe('docs', () => {
  test.each(['events.md', 'ops.md'])(
    '%s is what the code says; else run scripts/write-docs.ts',
    (name) => {
      const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
      expect(page).toBe(pages.get(name));
    }
  );

  test('every operation has its formula, gradient, loops and kernels', () => {
    const page = pages.get('ops.md')!;
    for (const { name, formula, gradient, wgsl } of Object.values(operations)) {
      expect(page).toContain(`\n## ${name}\n`);
      for (const line of [formula, ...Object.values(gradient), wgsl.forward.body.trim()]) {
        expect(page).toContain(line);
      }
    }
    expect(page.match(/^forward\(/gm)).toHaveLength(Object.keys(operations).length);
    expect(page.match(/^backward\(/gm)).toHaveLength(Object.keys(operations).length);
  });

  test('every event and command has a section, and every field a type', () => {
    const page = pages.get('events.md')!;
    for (const type of ['step', 'engine', 'run.started', 'step.attention', 'run.canceled']) {
      expect(page).toContain(`\n### \`${type}\`\n`);
    }
    expect(page).toMatch(/\| `update_norms` +\| `GroupNorms` +\|/);
    expect(page).toMatch(
      /\| `target_rank` +\| `number` +\| 1 = the target was the most probable\. +\|/
    );
  });
});
