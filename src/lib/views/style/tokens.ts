/** The names of styles/tokens.css by what they are for; a test holds the two together. */

export const colorTokens = {
  Surfaces: ['surface-0', 'surface-1', 'surface-2', 'line', 'line-strong'],
  Ink: ['ink-1', 'ink-2', 'ink-3'],
  'Accent and warning': ['accent', 'accent-soft', 'on-accent', 'warn', 'warn-soft'],
  Curves: ['curve-loss', 'curve-raw', 'curve-twin', 'curve-rate', 'curve-gradient', 'curve-update']
} as const;

export const typeTokens = [
  { size: 'size-5', of: 'Titles of a page', sample: 'Watch a GPT learn' },
  { size: 'size-4', of: 'Reading, large tokens', sample: 'Each step learns from one document.' },
  { size: 'size-3', of: 'The page', sample: 'Training until step 36 of 36.' },
  { size: 'size-2', of: 'Panels, numbers', sample: 'Where each token (row) looks back.' },
  { size: 'size-1', of: 'Labels, legends', sample: 'smoothed' }
] as const;

export const spaceTokens = ['space-1', 'space-2', 'space-3', 'space-4'] as const;
export const radiusTokens = ['radius-1', 'radius-2'] as const;
/** Those that are seen in what uses them: fonts, controls, motion, shadow, scales. */
export const otherTokens = [
  ...['font-text', 'font-mono', 'control', 'quick', 'shadow'],
  ...['gradient-probability', 'gradient-loss'],
  ...['probability-0', 'probability-1', 'probability-2', 'probability-3', 'probability-4'],
  ...['loss-0', 'loss-1', 'loss-2', 'loss-3', 'loss-4']
] as const;
