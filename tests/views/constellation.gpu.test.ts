/** The constellation's scene in a browser: what it draws, when, and that it gives everything back. */
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import '$lib/views/styles/tokens.css';
import { ARC_STRIDE, arcBrightness, arcField } from '$lib/views/constellation/arcs';
import '$lib/views/constellation/heads.css';
import { edgesPerHead } from '$lib/views/constellation/edges';
import { noPin } from '$lib/views/constellation/emphasis';
import { STAR_STRIDE, starField } from '$lib/views/constellation/glow';
import { modes, type Arrangement } from '$lib/views/constellation/modes';
import { buildPicture, type Picture } from '$lib/views/constellation/picture';
import { ConstellationScene } from '$lib/views/constellation/scene';
import { labelColors, readHeads, sceneColors } from '$lib/views/constellation/sceneColors';
import { palette } from '$lib/views/palette.svelte';
import { watchStep, type WatchedStep } from './constellation/watchedStep';

let step: WatchedStep;
let later: WatchedStep;
let host: HTMLElement;

beforeAll(async () => {
  step = await watchStep({}, 10);
  later = await watchStep({}, 18);
});

beforeEach(() => {
  host = document.createElement('div');
  host.style.cssText = 'position:relative;display:grid;width:640px;height:420px';
  document.body.append(host);
});

afterEach(() => host.remove());

function pictureOf(
  of: WatchedStep,
  mode = modes[0],
  arrangement: Arrangement = 'reading'
): Picture {
  return buildPicture({ ...of, mode, arrangement, earlier: null });
}

const style = {
  threshold: 0,
  filter: { layers: [true, true], heads: [true, true, true] },
  pin: noPin,
  focused: false
};

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

async function atRest(): Promise<void> {
  await frame();
  while ('drawing' in host.dataset) await frame();
}

describe('the scene', () => {
  let scene: ConstellationScene;
  let isLost: boolean;

  beforeEach(async () => {
    isLost = false;
    scene = new ConstellationScene(host, { contextChanged: (lost) => (isLost = lost) });
    const tokens = palette();
    scene.setColors(
      sceneColors(tokens, readHeads(tokens.css['surface-1'])),
      labelColors(tokens),
      tokens.css['surface-1']
    );
    scene.restyle(style);
    scene.show(pictureOf(step), false);
    await atRest();
  });

  afterEach(() => scene.dispose());

  /** Brightness of the arc of every edge, or 0 where there is none. */
  function drawnBrightness(edges: number): Float32Array {
    const { instances, count } = scene.arcs.buffer;
    const drawn = new Float32Array(edges);
    for (let i = 0; i < count; i++) {
      const arc = instances.subarray(i * ARC_STRIDE, (i + 1) * ARC_STRIDE);
      drawn[arc[arcField.edge]] = arc[arcField.brightness];
    }
    return drawn;
  }

  test('sends the attention of the engine to the GPU: one instance for each weight', () => {
    const { n_layer, n_head, T, weights } = step.frame.attention;
    const drawn = drawnBrightness(n_layer * n_head * edgesPerHead(T));
    let edge = 0;
    for (let row = 0; row < n_layer * n_head * T; row++) {
      for (let s = 0; s <= row % T; s++) {
        expect(drawn[edge++]).toBeCloseTo(arcBrightness(weights[row * T + s]), 6);
      }
    }
    expect(scene.arcs.mesh.geometry.instanceCount).toBe(edge);
    // Few arcs are drawn of 32 pieces, straight threads of one.
    expect(scene.arcs.mesh.geometry.drawRange.count).toBe(32 * 6);
    expect(scene.threads.mesh.geometry.drawRange.count).toBe(6);
    expect(scene.renderer.info.render.calls).toBe(3);
  });

  test('ends a smooth transition at exactly the next picture', async () => {
    scene.show(pictureOf(later), true);
    await atRest();
    const { n_layer, n_head, T, weights } = later.frame.attention;
    const drawn = drawnBrightness(n_layer * n_head * edgesPerHead(T));
    expect(drawn[edgesPerHead(T) - 1]).toBeCloseTo(arcBrightness(weights[T * T - 1]), 6);
    const stars = scene.stars.instances;
    const top = n_layer * T * STAR_STRIDE;
    expect(stars[top + starField.glow]).toBeCloseTo(later.frame.tokens[0].target_prob, 6);
  });

  test('draws only when something has changed', async () => {
    const { frames } = scene;
    for (let i = 0; i < 10; i++) await frame();
    expect(scene.frames).toBe(frames);
    scene.restyle({ ...style, threshold: 0.3 });
    await atRest();
    expect(scene.frames).toBe(frames + 1);
    scene.show(pictureOf(later), false);
    await atRest();
    expect(scene.frames).toBe(frames + 2);
  });

  test('leaves out what is below the threshold, hidden, or turned off', async () => {
    const { n_layer, n_head, T, weights } = step.frame.attention;
    scene.restyle({
      ...style,
      threshold: 0.3,
      filter: { layers: [true, false], heads: [true, true, true] }
    });
    await atRest();
    const strong = weights.subarray(0, n_head * T * T).filter((alpha) => Math.fround(alpha) >= 0.3);
    expect(n_layer).toBe(2);
    expect(scene.arcs.buffer.count).toBe(strong.length);
  });

  test('finds the star and the arc under the pointer', async () => {
    await atRest();
    const star = scene.labels.placed.find(({ wish }) => wish.text === step.frame.document[1])!;
    const found = scene.pick(star.wish.x, star.wish.y);
    expect(found).toEqual({ token: 2 });
    expect(scene.pick(2, 2)).toBeNull();
  });

  test('gives back every geometry, texture and program', () => {
    const { info } = scene.renderer;
    expect(info.memory.geometries).toBe(3);
    scene.dispose();
    expect(info.memory).toMatchObject({ geometries: 0, textures: 0 });
    expect(info.programs).toHaveLength(0);
    expect(host.childElementCount).toBe(0);
  });

  test('keeps no geometry of shorter documents', async () => {
    for (const block_size of [3, 6, 9]) {
      scene.show(pictureOf(await watchStep({ block_size }, 2)), false);
      await atRest();
    }
    expect(scene.renderer.info.memory).toMatchObject({ geometries: 3, textures: 1 });
  });

  test('comes back with a lost context, looking the same', async () => {
    const before = await fingerprint(await scene.png('before and after'));
    const extension = scene.renderer.getContext().getExtension('WEBGL_lose_context')!;
    extension.loseContext();
    await vi.waitFor(() => expect(isLost).toBe(true));
    extension.restoreContext();
    await vi.waitFor(() => expect(isLost).toBe(false));
    await atRest();
    expect(await fingerprint(await scene.png('before and after'))).toBe(before);
  });

  test('follows the size of its place, at two device pixels for each at most', async () => {
    host.style.width = '300px';
    await vi.waitFor(() => {
      expect(scene.renderer.domElement.width).toBe(300 * Math.min(devicePixelRatio, 2));
    });
    await atRest();
    for (const { left, wish } of scene.labels.placed) {
      expect(left >= 0 && left + wish.width <= 300).toBe(true);
    }
  });

  test('turns, zooms and finds back', async () => {
    const before = await fingerprint(await scene.png(''));
    scene.turn(0.4, 0.1);
    scene.zoom(0.8);
    expect(await fingerprint(await scene.png(''))).not.toBe(before);
    scene.fit();
    expect(await fingerprint(await scene.png(''))).toBe(before);
  });
});

test('the hues of the heads are those for the surface', () => {
  expect(readHeads('#fdfdfc')).toHaveLength(8);
  expect(readHeads('#13171b')).not.toEqual(readHeads('#fdfdfc'));
});

/** A short text that two pictures share only if they are the same, byte by byte. */
async function fingerprint(blob: Blob | null): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await blob!.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
