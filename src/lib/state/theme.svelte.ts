import { readLocal, writeLocal } from './localValue';

export const themeChoices = ['auto', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/**
 * Light or dark, kept in this browser; `document.documentElement.dataset.theme` is `light`, `dark` or absent (auto).
 * static/theme.js sets it before the page is first drawn.
 */
export class Theme {
  #choice = $state<ThemeChoice>('auto');

  constructor() {
    const kept = themeChoices.find((choice) => choice === readLocal('theme'));
    this.#apply(kept ?? 'auto');
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  choose(choice: ThemeChoice): void {
    this.#apply(choice);
    writeLocal('theme', choice);
  }

  #apply(choice: ThemeChoice): void {
    this.#choice = choice;
    const { dataset } = document.documentElement;
    if (choice === 'auto') delete dataset.theme;
    else dataset.theme = choice;
  }
}
