import { createSubscriber } from 'svelte/reactivity';
import { buildRamp, type Ramp } from './ramp';

/** The tokens that are drawn on a canvas, where CSS does not reach. */
const curveTokens = [
  'ink-1',
  'ink-3',
  'line',
  'accent',
  'surface-1',
  'curve-loss',
  'curve-raw',
  'curve-twin',
  'curve-rate',
  'curve-gradient',
  'curve-update'
] as const;
export type PaletteColor = (typeof curveTokens)[number];

export interface Colors {
  readonly css: Readonly<Record<PaletteColor, string>>;
  readonly probability: Ramp;
  readonly loss: Ramp;
}

const subscribe = createSubscriber((update) => {
  const changed = () => {
    colors = null;
    update();
  };
  const media = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(changed);
  media.addEventListener('change', changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    // Nobody watches the theme from here on.
    colors = null;
    media.removeEventListener('change', changed);
    observer.disconnect();
  };
});

let colors: Colors | null = null;

/** The colours of the present theme; whoever reads them is run again when the theme changes. */
export function palette(): Colors {
  subscribe();
  return (colors ??= readColors());
}

function readColors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => themed(style.getPropertyValue(`--${name}`).trim());
  const ramp = (name: string) => buildRamp([0, 1, 2, 3, 4].map((stop) => token(`${name}-${stop}`)));
  const css = Object.fromEntries(curveTokens.map((name) => [name, token(name)]));
  return {
    css: css as Record<PaletteColor, string>,
    probability: ramp('probability'),
    loss: ramp('loss')
  };
}

/** Of `light-dark(a, b)` the one of the present theme, as CSS would take it; a build may already have chosen. */
function themed(value: string): string {
  const [, light, dark] = /^light-dark\((.+), ?(.+)\)$/.exec(value) ?? [];
  if (light === undefined) return value;
  const { theme } = document.documentElement.dataset;
  const isDark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  return isDark ? dark : light;
}
