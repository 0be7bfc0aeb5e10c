import { describe, expect, test } from 'vitest';
import * as binaries from '$lib/engine/simd/binaries';
import { simdKinds, type SimdKind } from '$lib/engine/simd/module';
import { selfCheck } from '$lib/engine/simd/selfCheck';
import { modules } from './modules';

/** `f32.const` with a number as a module holds it. */
function constant(x: number): number[] {
  return [0x43, ...new Uint8Array(Float32Array.of(x).buffer)];
}

/** Where numbers stand in others. */
function places(bytes: Uint8Array, wanted: readonly number[]): number[] {
  return [...bytes.keys()].filter((at) => wanted.every((byte, i) => bytes[at + i] === byte));
}

/** The kernels with other bytes from a place on. */
async function spoiled(kind: SimdKind, bytes: Uint8Array<ArrayBuffer>, at: number, by: number[]) {
  const copy = bytes.slice();
  copy.set(by, at);
  return { kind, module: await WebAssembly.compile(copy) };
}

test.each(modules)('$kind SIMD computes rightly', async (module) => {
  await expect(selfCheck(module)).resolves.toBeUndefined();
});

describe.each(simdKinds)('a %s kernel that computes wrongly is caught', (kind) => {
  const bytes = Uint8Array.from(atob(binaries[kind]), (c) => c.charCodeAt(0));

  test('wherever the 10⁻⁵ of a norm is another: of the operation, or of the fused step', async () => {
    const found = places(bytes, constant(1e-5));
    expect(found.length).toBeGreaterThanOrEqual(3);
    const sentences: string[] = [];
    for (const at of found) {
      const checked = selfCheck(await spoiled(kind, bytes, at, constant(1e-2)));
      sentences.push(await checked.then(String, ({ message }: Error) => message));
    }
    for (const sentence of sentences) expect(sentence).toMatch(/^self-check on WASM, .*f32: /);
    expect(sentences.some((sentence) => sentence.includes(': rmsnorm y: needs |Δ| ≤'))).toBe(true);
    expect(sentences.some((sentence) => sentence.includes(': a step with relu, '))).toBe(true);
  });

  test('and where e^x lies', async () => {
    // 1/720, in all four lanes: of the series for eʳ.
    const lane = constant(1 / 720).slice(1);
    const found = places(bytes, [...lane, ...lane, ...lane, ...lane]);
    expect(found.length).toBeGreaterThan(0);
    const wrong = [...new Uint8Array(Float32Array.of(1, 1, 1, 1).buffer)];
    const checks = found.map(async (at) => selfCheck(await spoiled(kind, bytes, at, wrong)));
    const refusals = (await Promise.allSettled(checks)).filter(
      ({ status }) => status === 'rejected'
    );
    // A step does not call the one that is there for the tests alone, expOf.
    expect(refusals.length).toBeGreaterThanOrEqual(found.length - 1);
  });
});
