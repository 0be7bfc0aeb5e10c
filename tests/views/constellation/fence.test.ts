import { beforeEach, expect, test } from 'vitest';
import { Fence } from '$lib/views/constellation/fence';

/** A GPU that has drawn when it is told so. */
class FakeGpu {
  readonly SYNC_GPU_COMMANDS_COMPLETE = 1;
  readonly SYNC_STATUS = 2;
  readonly SIGNALED = 3;
  isDone = false;
  isLost = false;

  fenceSync() {
    this.isDone = false;
    return {};
  }
  deleteSync() {}
  flush() {}
  isContextLost() {
    return this.isLost;
  }
  getSyncParameter() {
    return this.isDone ? this.SIGNALED : 0;
  }
}

let gpu: FakeGpu;
let fence: Fence;

beforeEach(() => {
  gpu = new FakeGpu();
  fence = new Fence(gpu as unknown as WebGL2RenderingContext);
});

test('nothing is waited for at first', () => {
  expect(fence.isReady(false, 0)).toBe(true);
});

test('a GPU that draws within a frame is asked for the next one', () => {
  fence.set(1000);
  gpu.isDone = true;
  expect(fence.isReady(false, 1016)).toBe(true);
});

test('a slow GPU is not asked for more while it draws, and then rests three times as long as it drew', () => {
  fence.set(1000);
  expect(fence.isReady(false, 1016)).toBe(false);
  expect(fence.isReady(true, 1016)).toBe(false);
  gpu.isDone = true;
  expect(fence.isReady(false, 1200)).toBe(false);
  expect(fence.isReady(false, 1799)).toBe(false);
  expect(fence.isReady(false, 1800)).toBe(true);
});

test('what the reader does is drawn without that rest', () => {
  fence.set(1000);
  fence.isReady(false, 1016);
  gpu.isDone = true;
  expect(fence.isReady(true, 1200)).toBe(true);
});

test('a lost context is not waited for', () => {
  fence.set(1000);
  gpu.isLost = true;
  expect(fence.isReady(true, 1016)).toBe(true);
});
