/** The pictures that are kept: `npm run pictures` records them anew. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Locator, Page, TestInfo } from '@playwright/test';
import * as print from './fingerprint';

const kept = new URL('pictures.json', import.meta.url);

type Kept = Record<string, string[]>;
const read = (): Kept => (existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Kept) : {});

/** Pictures of one test, compared with those that are kept. */
export class Gallery {
  readonly #page: Page;
  readonly #info: TestInfo;
  readonly #differences: string[] = [];

  constructor(page: Page, info: TestInfo) {
    this.#page = page;
    this.#info = info;
  }

  /**
   * Takes a picture and notes how it differs from the one that is kept under its name. What is masked differs from run to
   * run by its nature: say at the call why.
   */
  async hang(name: string, { of, mask = [] }: { of?: Page | Locator; mask?: Locator[] } = {}) {
    await settled(this.#page);
    // The file is for people to look at.
    const path = `test-results/pictures/${name.replaceAll(/\W+/g, '-')}.png`;
    const png = await (of ?? this.#page).screenshot({ mask, maskColor: '#808080', path });
    const taken = await print.fingerprintOf(this.#page, png);
    if (this.#info.config.updateSnapshots === 'all') return record(name, taken);
    const recorded = read()[name];
    const how = recorded
      ? print.describeChange(print.readFingerprint(recorded), taken)
      : 'none is kept; npm run pictures';
    if (how === null) return;
    this.#differences.push(`${name}: ${how}`);
    await this.#info.attach(name, { body: png, contentType: 'image/png' });
  }

  /** One sentence for each picture that is not as it was; look at those attached, and record them if they are right. */
  get differences(): readonly string[] {
    return this.#differences;
  }
}

function record(name: string, taken: print.Fingerprint) {
  const all = { ...read(), [name]: print.writeFingerprint(taken) };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(kept, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Waits until fonts and the scene are there, and what was asked for is drawn. */
async function settled(page: Page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    for (let i = 0; i < 4; i++) await frame();
    while (document.querySelector('[aria-busy=true], [data-drawing]')) await frame();
    await frame();
  });
}
