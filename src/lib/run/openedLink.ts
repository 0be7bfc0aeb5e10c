import { batchArrays } from '../engine/batch';
import type { Address } from '../engine/ops/expression';
import { buildProgram } from '../engine/program';
import type { Seed } from '../engine/seed';
import { nameOfWeight, type Weight } from './branch';
import { nearest } from './nearest';
import { modelConfig, type Settings } from './settings';

/** The parts of “Why these weights”. */
export const updateTabs = ['tokens', 'weight', 'ledger'] as const;
export type UpdateTab = (typeof updateTabs)[number];

/** Where an opened step is looked at. */
export interface Opened {
  /** The page on the step, by its id. */
  readonly page: string;
  readonly seed: Seed;
  /** The operation looked at, by name; null: the first. */
  readonly operation: string | null;
  /** The number that is open. */
  readonly cell: Address | null;
  /** Operations of the backward pass that are done; null: none, or as many as a gradient that is open takes. */
  readonly stop: number | null;
  /** The part of “Why these weights”; null: the one that is open, or the first. */
  readonly tab: UpdateTab | null;
  /** The weight looked at there; null: the one that is, or the first. */
  readonly weight: Weight | null;
}

/** A step as it is when it is opened. */
export const defaultOpened: Opened = {
  page: 'backward',
  seed: { of: 'loss' },
  operation: null,
  cell: null,
  stop: null,
  tab: null,
  weight: null
};

/** Keys of a link that tell where an opened step is looked at. */
export const openedKeys = [
  ...(['page', 'gradients_of', 'operation', 'cell', 'stop'] as const),
  ...(['tab', 'weight'] as const)
] as const;
export type OpenedKey = (typeof openedKeys)[number];

/** Key and text of each; `page` always, for it tells that a step is open at all. */
export function writeOpened(opened: Opened): [OpenedKey, string][] {
  const { page, seed, operation, cell, stop, tab, weight } = opened;
  const written: [OpenedKey, string | null][] = [
    ['page', page],
    ['gradients_of', seed.of === 'loss' ? null : seedText(seed)],
    ['operation', operation],
    ['cell', cell && cellText(cell)],
    ['stop', stop === null ? null : String(stop)],
    ['tab', tab],
    ['weight', weight && nameOfWeight(weight)]
  ];
  return written.filter((pair): pair is [OpenedKey, string] => pair[1] !== null);
}

/**
 * Reads what a link tells of an opened step; null if it tells nothing.
 * @param textOf of a key; null where the link does not have it
 * @param correct takes a sentence for what cannot be taken as it stands
 */
export function readOpened(
  settings: Settings,
  textOf: (key: OpenedKey) => string | null,
  correct: (sentence: string) => void
): Opened | null {
  const texts = openedKeys.map((key) => [key, textOf(key)] as const);
  if (texts.every(([, text]) => text === null)) return null;
  const fields = texts.flatMap(([key, text]) => {
    if (text === null) return [];
    const { field, rule, parse } = rules[key];
    const value = parse(text, settings);
    if (value !== undefined) return [[field, value]];
    correct(`${key}: needs ${rule(text, settings)}, got ${excerpt(text)}; ignoring it`);
    return [];
  });
  return { ...defaultOpened, ...(Object.fromEntries(fields) as Partial<Opened>) };
}

/** How one key is read: undefined for what it cannot be. */
interface KeyRule<F extends keyof Opened> {
  readonly field: F;
  readonly rule: (text: string, settings: Settings) => string;
  readonly parse: (text: string, settings: Settings) => Opened[F] | undefined;
}

type AnyRule = { readonly [F in keyof Opened]: KeyRule<F> }[keyof Opened];

const rules: Readonly<Record<OpenedKey, AnyRule>> = {
  page: {
    field: 'page',
    rule: () => 'the name of a page',
    parse: (text) => (/^[a-z-]{1,20}$/.test(text) ? text : undefined)
  },
  gradients_of: {
    field: 'seed',
    rule: () => 'loss, token:t or logit:t:v',
    parse: parseSeed
  },
  operation: {
    field: 'operation',
    rule: (text, settings) => `an operation of the step, like ${like(text, nodeNames(settings))}`,
    parse: (text, settings) => (nodeNames(settings).includes(text) ? text : undefined)
  },
  cell: {
    field: 'cell',
    rule: () => 'a cell of the step, like layer0.attn_wq[3,5], with d before it for its gradient',
    parse: parseCell
  },
  stop: {
    field: 'stop',
    rule: (_, settings) => `an integer from 0 to ${nodeNames(settings).length}`,
    parse: (text, settings) => {
      const stop = Number(text);
      return /^\d+$/.test(text) && stop <= nodeNames(settings).length ? stop : undefined;
    }
  },
  tab: {
    field: 'tab',
    rule: () => updateTabs.join(' or '),
    parse: (text) => updateTabs.find((tab) => tab === text)
  },
  weight: {
    field: 'weight',
    rule: () => 'a weight of the model, like layer0.attn_wq[3,5]',
    parse: parseWeight
  }
};

function seedText(seed: Exclude<Seed, { of: 'loss' }>): string {
  return seed.of === 'token' ? `token:${seed.t}` : `logit:${seed.t}:${seed.v}`;
}

/** Which tokens there are is known only when the step is opened. */
function parseSeed(text: string, { block_size, batch_size }: Settings): Seed | undefined {
  if (text === 'loss') return { of: 'loss' };
  const [, of, t, , v] = /^(token|logit):(\d{1,5})(:(\d{1,5}))?$/.exec(text) ?? [];
  if (of === undefined || Number(t) >= block_size * batch_size) return undefined;
  if (of === 'token') return v === undefined ? { of, t: Number(t) } : undefined;
  return v === undefined ? undefined : { of: 'logit', t: Number(t), v: Number(v) };
}

/** `layer0.q[2,3]`, `dlayer0.attn_wq[3,5]`; a scalar has no index. */
function cellText({ tensor, aspect, index }: Address): string {
  const name = aspect === 'gradient' ? `d${tensor}` : tensor;
  return index.length === 0 ? name : `${name}[${index.join(',')}]`;
}

/** Which indices a tensor has is known only when the step is opened. */
function parseCell(text: string, settings: Settings): Address | undefined {
  const [, name, , indices = ''] = /^([\w.]+)(\[(\d+(?:,\d+)*)\])?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const index = indices === '' ? [] : indices.split(',').map(Number);
  const axes = axesOf(settings);
  const found = [
    { tensor: name, aspect: 'value' },
    { tensor: name.slice(1), aspect: 'gradient' }
  ] as const;
  const place = found.find(
    ({ tensor, aspect }) =>
      axes.get(tensor) === index.length && (aspect === 'value' || name.startsWith('d'))
  );
  if (place) return { ...place, index };
  const isBatch = batchArrays.some((array) => array === name) && index.length === 1;
  return isBatch ? { tensor: name, aspect: 'batch', index } : undefined;
}

/** No other axis is as short. */
const SHORTEST_VOCABULARY = 1;

/** How many rows the parameters of the vocabulary have is known only when the step is opened. */
function parseWeight(text: string, settings: Settings): Weight | undefined {
  const [, parameter, row, column] = /^([\w.]+)\[(\d{1,5}),(\d{1,5})\]$/.exec(text) ?? [];
  const shape = programOf(settings).parameters.find(({ name }) => name === parameter)?.shape;
  if (!shape || Number(column) >= shape[1]) return undefined;
  const isOfVocabulary = shape[0] === SHORTEST_VOCABULARY;
  if (!isOfVocabulary && Number(row) >= shape[0]) return undefined;
  return { parameter, row: Number(row), column: Number(column) };
}

/** How many axes every tensor of a step has. */
function axesOf(settings: Settings): ReadonlyMap<string, number> {
  const { parameters, activations } = programOf(settings);
  return new Map([
    ...parameters.map(({ name, shape }) => [name, shape.length] as const),
    ...activations.map(({ name, capacity }) => [name, capacity.length] as const)
  ]);
}

function nodeNames(settings: Settings): string[] {
  return programOf(settings).nodes.map(({ name }) => name);
}

/** Names and axes are the same for every vocabulary. */
function programOf(settings: Settings) {
  return buildProgram(modelConfig(settings, SHORTEST_VOCABULARY));
}

function like(text: string, names: readonly string[]): string {
  return nearest(text.slice(0, LONGEST_EXCERPT), names, 1)[0];
}

const LONGEST_EXCERPT = 40;

function excerpt(text: string): string {
  const isLong = text.length > LONGEST_EXCERPT;
  return JSON.stringify(isLong ? `${text.slice(0, LONGEST_EXCERPT)}…` : text);
}
