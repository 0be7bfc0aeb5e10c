import type { Page } from 'playwright';

/** A state of the page that is measured. */
export interface Case {
  readonly name: string;
  /** The run's settings. */
  readonly query: string;
  readonly tempo?: 'full' | 'watch';
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Brings the page there, once a run trains. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  /** What is pressed in turn, for answers. */
  readonly presses: readonly ((page: Page) => Promise<void>)[];
}

const max = '?pack=chess_pgn&n_layer=2&n_head=8&n_embd=64&block_size=64&num_steps=2000&engine=cpu';
const microgpt = '?pack=names&num_steps=2000';

const key = (name: string) => (page: Page) => page.keyboard.press(name);

/** Clicks without waiting until the page is still: it never is. */
const click = (selector: string) => async (page: Page) => {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`bench: needs ${selector} on the page, got none`);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
};

const log = click('[data-place=spine] .actions button:has-text("log")');

/** A button far from the arcs, an earlier step on every panel, and the newest again. */
const usual = [log, key('['), log, key('l')];

const mode = (label: string) => (page: Page) =>
  page
    .getByRole('button', { name: label, exact: true })
    .first()
    .evaluate((button: HTMLElement) => button.click());

/** Heatmaps in place of the 3D scene. */
export const heatmaps = key('a');

export const cases: readonly Case[] = [
  { name: 'microgpt, cpu', query: `${microgpt}&engine=cpu`, presses: usual },
  { name: 'microgpt, gpu', query: `${microgpt}&engine=gpu`, presses: usual },
  { name: 'max', query: max, presses: usual },
  { name: 'max, watched', query: max, tempo: 'watch', presses: usual },
  { name: 'max, value', query: max, prepare: mode('Value'), presses: usual },
  { name: 'max, gradient', query: max, prepare: mode('Gradient'), presses: usual },
  { name: 'max, entropy', query: max, prepare: mode('Entropy'), presses: usual },
  { name: 'max, PCA', query: max, prepare: mode('At the residual stream'), presses: usual },
  { name: 'max, heatmaps', query: max, prepare: heatmaps, presses: usual },
  { name: 'max, norms', query: max, prepare: key('g'), presses: usual },
  { name: 'max, log axis', query: max, prepare: log, presses: [key('['), key('l')] },
  {
    name: 'max, operations',
    query: max,
    prepare: async (page) => {
      await page.keyboard.press('o');
      await page.locator('[data-node][tabindex="0"]').waitFor();
    },
    presses: [key('ArrowRight'), key('ArrowDown'), key('ArrowLeft'), key('ArrowUp')]
  },
  {
    name: 'max, phone',
    query: max,
    viewport: { width: 390, height: 844 },
    presses: [key('['), key('l')]
  }
];

/** Opens a page and starts the run of its address. */
export async function openRun(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('html[data-hydrated]').waitFor();
  await page.getByRole('button', { name: /Start training/ }).click();
  await page.locator('[data-place=stage]').waitFor();
}
