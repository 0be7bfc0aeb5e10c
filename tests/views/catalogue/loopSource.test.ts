import { createContext, runInContext } from 'node:vm';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { dedented, Source } from '../../../scripts/docs/source';
import { log } from '$lib/engine/libm';
import { exp } from '$lib/engine/math';
import { makeCase, runOnCpu, type CaseResult } from '$lib/engine/operationCase';
import { MASKED } from '$lib/engine/ops/causal_mask';
import { operations } from '$lib/engine/ops/index';
import type { Operation } from '$lib/engine/ops/operation';
import { RMSNORM_EPSILON } from '$lib/engine/ops/rmsnorm';
import { Random } from '$lib/engine/random';
import { commentBefore, loopSource, method } from '$lib/views/catalogue/loopSource';

describe.each(Object.values(operations))('$name', (operation) => {
  const shown = loopSource(operation.name);
  const source = new Source(`src/lib/engine/ops/${operation.name}.ts`);

  test('shows what a parser finds in its file', () => {
    for (const pass of ['forward', 'backward'] as const) {
      const found = source.find(ts.isMethodDeclaration, ({ name }) => name.getText() === pass);
      expect(shown[pass]).toBe(dedented(found));
    }
    expect(shown.about).toBe(source.comment(source.find(declares(operation.name))));
  });

  test('the loops shown, run as they stand, give the bits of the registry', () => {
    const loops = runInContext(
      `({ ${shown.forward}, ${shown.backward} })`,
      createContext({ exp, log, MASKED, RMSNORM_EPSILON })
    ) as Pick<Operation, 'forward' | 'backward'>;
    for (const sample of operation.samples) {
      const drawn = makeCase(operation, sample, new Random(3));
      const asShown = { ...drawn, operation: { ...operation, ...loops } };
      expect(runOnCpu(asShown)).toEqual<CaseResult>(runOnCpu(drawn));
    }
  });
});

test('what is not there is told', () => {
  expect(() => method('const a = 1;', 'forward')).toThrow('needs a method forward, got none');
  expect(() => commentBefore('const a = 1;', 'const a')).toThrow('needs a comment before const a');
});

function declares(name: string) {
  return (node: ts.Node): node is ts.VariableStatement =>
    ts.isVariableStatement(node) && node.declarationList.declarations[0].name.getText() === name;
}
