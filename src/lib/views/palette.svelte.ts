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
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const ramp = (name: string) => buildRamp(token(name).split(/\s+/));
  const css = Object.fromEntries(curveTokens.map((name) => [name, token(name)]));
  return {
    css: css as Record<PaletteColor, string>,
    probability: ramp('scale-probability'),
    loss: ramp('scale-loss')
  };
}
