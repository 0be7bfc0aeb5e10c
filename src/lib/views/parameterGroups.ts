import { emptyCurves, type Curves } from '../run/snapshot';

export type GroupName = keyof Curves['gradient_norms'];

/** The groups of parameters whose norms are told, in the program's order. */
export const groupNames = Object.keys(emptyCurves.gradient_norms) as GroupName[];

export const groupTitles: Readonly<Record<GroupName, string>> = {
  embeddings: 'embeddings',
  attention: 'attention',
  mlp: 'MLP',
  lm_head: 'head'
};
