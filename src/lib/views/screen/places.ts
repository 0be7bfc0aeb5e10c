/** A view that takes turns with others in one place of the screen. */
export interface View {
  readonly id: string;
  readonly title: string;
}

export const placeNames = ['stage', 'tokens', 'dock', 'samples', 'spine'] as const;
export type PlaceName = (typeof placeNames)[number];

/**
 * Every place of the screen and the views in it, the first one shown at first. The stage is where a step is looked into:
 * a view of its operations belongs there as a third.
 */
export const views: Readonly<Record<PlaceName, readonly View[]>> = {
  stage: [
    { id: 'constellation', title: 'Constellation' },
    { id: 'heatmaps', title: 'Heatmaps' }
  ],
  tokens: [{ id: 'tokens', title: 'Next token' }],
  dock: [
    { id: 'pulse', title: 'Inside one step' },
    { id: 'norms', title: 'Gradients' }
  ],
  samples: [{ id: 'samples', title: 'Samples' }],
  spine: [{ id: 'loss', title: 'Loss' }]
};

/** The place beside the present tab that a key leads to; null for other keys. */
export function tabAfter(key: string, index: number, count: number): number | null {
  const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? null : (to + count) % count;
}
