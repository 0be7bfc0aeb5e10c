import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { recordRun, styleRequest } from '../../scripts/style/recordRun';
import { recordedRun } from '../../src/lib/views/style/recorded';

it('the run of the style page is what the CPU engine computes', async () => {
  const again = await recordRun(styleRequest(readFileSync('packs/arithmetic.txt', 'utf8')));
  const { settings, corpus, vocabulary, curves, frames, samples, step } = recordedRun();
  expect(again).toMatchObject({ settings, corpus, vocabulary, curves, samples, step });
  expect(again.frames).toEqual(frames);
  expect(again.status).toBe('completed');
});
