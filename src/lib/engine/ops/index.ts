import { add } from './add';
import { attention_mix } from './attention_mix';
import { attention_scores } from './attention_scores';
import { causal_mask } from './causal_mask';
import { cross_entropy } from './cross_entropy';
import { embedding } from './embedding';
import { linear } from './linear';
import { mean } from './mean';
import { relu } from './relu';
import { relu2 } from './relu2';
import { rmsnorm } from './rmsnorm';
import { softmax } from './softmax';

/** The registry: every operation there is, in the order in which a step first uses them. */
export const operations = {
  embedding,
  add,
  rmsnorm,
  linear,
  attention_scores,
  causal_mask,
  softmax,
  attention_mix,
  relu,
  relu2,
  cross_entropy,
  mean
} as const;

export type OperationName = keyof typeof operations;
