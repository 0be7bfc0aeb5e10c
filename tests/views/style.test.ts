import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recordedRun } from '../../src/lib/views/style/recorded';
import { runStates } from '../../src/lib/views/style/states';
import * as tokens from '../../src/lib/views/style/tokens';

describe('the style page', () => {
  it('shows every token that there is', () => {
    const css = readFileSync('src/lib/views/styles/tokens.css', 'utf8');
    const defined = new Set([...css.matchAll(/--([\w-]+):/g)].map(([, name]) => name));
    const shown = [
      ...Object.values(tokens.colorTokens).flat(),
      ...tokens.typeTokens.map(({ size }) => size),
      ...[...tokens.spaceTokens, ...tokens.radiusTokens, ...tokens.otherTokens]
    ];
    expect([...shown].sort()).toEqual([...defined].sort());
  });

  const states = runStates(recordedRun());

  it('cuts every state from the recorded run, so that all its lengths agree', () => {
    for (const { snapshot } of Object.values(states)) {
      const { step, curves, frames } = snapshot;
      expect(curves.loss).toHaveLength(step);
      expect(curves.gradient_norms.mlp).toHaveLength(step);
      expect(frames.every((frame) => frame.step <= step)).toBe(true);
      expect(recordedRun().curves.loss.slice(0, step)).toEqual(curves.loss);
    }
  });

  it('has a state for every status of a run', () => {
    const found = new Set(Object.values(states).map(({ snapshot }) => snapshot.status));
    expect(found).toEqual(
      new Set(['opening', 'paused', 'running', 'completed', 'failed', 'canceled'])
    );
  });
});
