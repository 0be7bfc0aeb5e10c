import { listParameters, parameterGroups } from '../engine/program';
import { refuse } from './reader';
import { checkSettings, modelConfig, type Settings } from './settings';
import type { TraceContent } from './traceForm';

type TraceFrame = TraceContent['frames'][number];

/** Throws a RangeError if settings are out of range, or if the parts of a trace do not fit each other. */
export function checkTrace(content: TraceContent): void {
  const settings = content.settings as unknown as Settings;
  const problems = checkSettings(settings);
  if (problems.length > 0) throw new RangeError(`trace.settings: ${problems.join('; ')}`);
  checkModel(content, settings);
  checkSteps(content, settings);
  content.frames.forEach((frame, i) => {
    const where = `trace.frames[${i}]`;
    const before = i > 0 ? content.frames[i - 1].step : 0;
    if (frame.step <= before) refuse(`${where}.step`, `a step after ${before}`, frame.step);
    needWithin(`${where}.step`, frame.step, 1, content.steps.loss.length);
    checkFrame(where, frame, content.vocabulary.length, settings);
  });
  if (content.branch) checkBranch(content, content.branch, settings);
  content.samples.forEach(({ step }, i) =>
    needWithin(`trace.samples[${i}].step`, step, 0, content.steps.loss.length)
  );
}

function checkModel(
  { corpus, vocabulary, num_params, cut_share }: TraceContent,
  settings: Settings
) {
  if (!/^[0-9a-f]{64}$/.test(corpus.hash))
    refuse('trace.corpus.hash', '64 hex digits', corpus.hash);
  needWithin('trace.corpus.documents', corpus.documents, 1, Infinity);
  needWithin('trace.cut_share', cut_share, 0, 1);
  needWithin('trace.vocabulary', new Set(vocabulary).size, vocabulary.length, vocabulary.length);
  needWithin('trace.vocabulary', vocabulary.length, 2, Infinity);
  const parameters = listParameters(modelConfig(settings, vocabulary.length));
  const sum = parameters.reduce((total, { size }) => total + size, 0);
  needWithin('trace.num_params', num_params, sum, sum);
}

function checkBranch(
  { steps, vocabulary }: TraceContent,
  { step, edits }: NonNullable<TraceContent['branch']>,
  settings: Settings
): void {
  needWithin('trace.branch.step', step, 0, steps.loss.length);
  const parameters = listParameters(modelConfig(settings, vocabulary.length));
  edits.forEach(({ parameter, row, column }, i) => {
    const where = `trace.branch.edits[${i}]`;
    const found = parameters.find(({ name }) => name === parameter);
    if (!found) return refuse(`${where}.parameter`, 'a parameter of the model', parameter);
    const [rows, columns] = found.shape;
    needWithin(`${where}.row`, row, 0, rows - 1);
    needWithin(`${where}.column`, column, 0, columns - 1);
  });
}

function checkSteps({ steps }: TraceContent, { num_steps }: Settings): void {
  const done = steps.loss.length;
  needWithin('trace.steps.loss: length', done, 0, num_steps);
  needWithin('trace.steps.learning_rate: length', steps.learning_rate.length, done, done);
  for (const norms of ['gradient_norms', 'update_norms'] as const) {
    for (const group of parameterGroups) {
      const { length } = steps[norms][group];
      needWithin(`trace.steps.${norms}.${group}: length`, length, done, done);
    }
  }
}

function checkFrame(where: string, frame: TraceFrame, V: number, settings: Settings): void {
  const { tokens, attention } = frame;
  const T = tokens.length;
  needWithin(`${where}.tokens: length`, T, 1, settings.block_size);
  tokens.forEach(({ position, input, target, target_rank, top_k }, t) => {
    needWithin(`${where}.tokens[${t}].position`, position, t, t);
    needWithin(`${where}.tokens[${t}].input`, input, 0, V - 1);
    needWithin(`${where}.tokens[${t}].target`, target, 0, V - 1);
    needWithin(`${where}.tokens[${t}].target_rank`, target_rank, 1, V);
    for (const { token_id } of top_k) needWithin(`${where}.tokens[${t}].top_k`, token_id, 0, V - 1);
  });
  if (!attention) return;
  needWithin(`${where}.attention.n_layer`, attention.n_layer, settings.n_layer, settings.n_layer);
  needWithin(`${where}.attention.n_head`, attention.n_head, settings.n_head, settings.n_head);
  needWithin(`${where}.attention.T`, attention.T, T, T);
}

function needWithin(where: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  const rule = min === max ? `${min}` : max === Infinity ? `at least ${min}` : `${min} to ${max}`;
  refuse(where, rule, value);
}
