export const themeChoices = ['auto', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** Light or dark, kept in this browser; `document.documentElement.dataset.theme` is `light`, `dark` or absent (auto). */
export declare class Theme {
  get choice(): ThemeChoice;
  choose(choice: ThemeChoice): void;
}
