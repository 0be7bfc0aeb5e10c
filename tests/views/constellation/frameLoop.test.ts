import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FrameLoop } from '$lib/views/constellation/frameLoop';

const host = { dataset: {} as Record<string, string> };
let asked: FrameRequestCallback[] = [];
const drawn = {
  isReady: vi.fn((_isUrgent: boolean) => true),
  render: vi.fn((_elapsed: number) => {}),
  isResting: vi.fn(() => true)
};
let loop: FrameLoop;

/** The browser draws a frame. */
function pass(now: number) {
  const due = asked;
  asked = [];
  for (const tick of due) tick(now);
}

beforeEach(() => {
  asked = [];
  vi.resetAllMocks();
  drawn.isReady.mockReturnValue(true);
  drawn.isResting.mockReturnValue(true);
  vi.stubGlobal('requestAnimationFrame', (tick: FrameRequestCallback) => asked.push(tick));
  vi.stubGlobal('cancelAnimationFrame', () => (asked = []));
  vi.spyOn(performance, 'now').mockReturnValue(100);
  loop = new FrameLoop(host as unknown as HTMLElement, drawn);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('draws one frame for all that asked for it, and is busy until then', () => {
  loop.draw();
  loop.draw();
  expect(asked).toHaveLength(1);
  expect('drawing' in host.dataset).toBe(true);
  pass(116);
  expect(drawn.render).toHaveBeenCalledExactlyOnceWith(16);
  expect('drawing' in host.dataset).toBe(false);
  expect(asked).toHaveLength(0);
});

test('goes on while something moves', () => {
  drawn.isResting.mockReturnValueOnce(false);
  loop.draw();
  pass(116);
  pass(132);
  expect(drawn.render.mock.calls).toEqual([[16], [16]]);
  expect(asked).toHaveLength(0);
});

test('waits until a frame is to be had, and says whether the reader does', () => {
  drawn.isReady.mockReturnValueOnce(false);
  loop.draw();
  pass(116);
  expect(drawn.render).not.toHaveBeenCalled();
  loop.hurry();
  pass(132);
  expect(drawn.isReady.mock.calls).toEqual([[false], [true]]);
  expect(drawn.render).toHaveBeenCalledExactlyOnceWith(32);
});

test('draws no more once it has ended', () => {
  loop.draw();
  loop.end();
  loop.draw();
  expect(asked).toHaveLength(0);
});
