/** The constellation's panel in a browser: what it says, and how it is used without a pointer. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import '$lib/views/styles/tokens.css';
import '$lib/views/styles/base.css';
import { Selection } from '$lib/state/selection.svelte';
import Constellation from '$lib/views/constellation/Constellation.svelte';
import { watchStep, type WatchedStep } from './watchedStep';

let step: WatchedStep;
let host: HTMLElement;

beforeAll(async () => {
  step = await watchStep({}, 10);
});

beforeEach(() => {
  host = document.createElement('div');
  host.style.cssText = 'display:grid;width:640px;height:420px';
  document.body.append(host);
});

afterEach(() => host.remove());

describe('the component', () => {
  test('waits for a step, and says so', () => {
    const component = mount(Constellation, {
      target: host,
      props: { frame: null, vocabulary: [], selection: new Selection() }
    });
    expect(host.textContent).toContain('once a step is watched');
    expect(host.querySelector('canvas')).toBeNull();
    void unmount(component);
  });

  test('chooses tokens and heads with the arrow keys, and tells what they look at', async () => {
    const selection = new Selection();
    selection.token = 0;
    const component = mount(Constellation, { target: host, props: { ...step, selection } });
    await vi.waitFor(() => expect(host.querySelectorAll('.scene canvas')).toHaveLength(2));
    press('ArrowRight');
    press('ArrowRight');
    expect(selection.token).toBe(2);
    press('ArrowUp');
    press('ArrowUp');
    expect([selection.layer, selection.head]).toEqual([0, 1]);
    const said = [...host.querySelectorAll('[role=status]')].map((told) => told.textContent);
    expect(said.join(' ')).toMatch(/layer 0 head 1 · .*\(2\) looks at/);
    expect(host.querySelector('[aria-selected=true]')!.id).toBe(
      host.querySelector('[role=listbox]')!.getAttribute('aria-activedescendant')
    );
    press('Home');
    expect(selection.token).toBe(0);
    void unmount(component);
  });

  test('shows the same numbers as a table', async () => {
    const selection = new Selection();
    selection.token = 3;
    const component = mount(Constellation, { target: host, props: { ...step, selection } });
    button('Table').click();
    flushSync();
    const { n_head, T, weights } = step.frame.attention;
    const rows = [...host.querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => cell.textContent)
    );
    expect(rows).toHaveLength(4);
    rows.forEach((row, s) => {
      expect(row[n_head + 1]).toBe(weights[((n_head + 1) * T + 3) * T + s].toFixed(3));
    });
    void unmount(component);
  });

  test('asks for what a mode needs, and waits for it in words', async () => {
    const needs = vi.fn();
    const { inspection, ...known } = step;
    const props = { ...known, selection: new Selection(), needs };
    const component = mount(Constellation, { target: host, props });
    flushSync();
    expect(needs).toHaveBeenLastCalledWith(null);
    button('Gradient').click();
    flushSync();
    expect(needs.mock.lastCall![0]).toMatchObject({
      step: inspection.step,
      gradients: ['layer0.attn_weights', 'layer1.attn_weights']
    });
    expect(host.textContent).toContain('is being computed again');
    void unmount(component);
  });

  test('without WebGL it says so', async () => {
    const getContext = vi
      .spyOn(HTMLCanvasElement.prototype, 'getContext')
      .mockImplementation(() => null);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const component = mount(Constellation, {
      target: host,
      props: { ...step, selection: new Selection() }
    });
    await vi.waitFor(() => expect(host.textContent).toContain('needs WebGL'));
    getContext.mockRestore();
    vi.restoreAllMocks();
    void unmount(component);
  });

  function press(key: string) {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    host.querySelector('.scene')!.dispatchEvent(event);
    flushSync();
    expect(event.defaultPrevented).toBe(true);
  }

  function button(text: string): HTMLButtonElement {
    return [...host.querySelectorAll('button')].find((one) => one.textContent?.trim() === text)!;
  }
});
