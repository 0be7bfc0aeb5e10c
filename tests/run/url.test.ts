import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Weight } from '../../src/lib/run/branch';
import { openedKeys, updateTabs, type Opened } from '../../src/lib/run/openedLink';
import type { Address, Seed } from '../../src/lib/run/questions';
import { packs } from '../../src/lib/run/packs';
import {
  checkSettings,
  defaultSettings,
  presets,
  presetSettings
} from '../../src/lib/run/settings';
import type { PresetName, Settings } from '../../src/lib/run/settings';
import { settingsTable } from '../../src/lib/run/settingsTable';
import { arcKinds, arrangements, skyKeys, type Sky } from '../../src/lib/run/skyLink';
import { decodeLink, defaultLink, encodeLink, type Link } from '../../src/lib/run/url';

const hex12 = fc.string({
  unit: fc.constantFrom(...'0123456789abcdef'),
  minLength: 12,
  maxLength: 12
});

/** Any allowed value of one setting. */
function settingValue(row: (typeof settingsTable)[number]): fc.Arbitrary<unknown> {
  switch (row.kind) {
    case 'text':
      return fc.oneof(
        fc.constantFrom(...packs.map(({ id }) => id)),
        hex12.map((h) => `upload:${h}`)
      );
    case 'seed':
      return fc.bigInt({ min: -(10n ** 99n), max: 10n ** 100n - 1n }).map(String);
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...row.choices);
    case 'integer':
      return fc.integer({ min: row.min!, max: row.max! });
    case 'real':
      return fc
        .double({
          min: row.above ?? row.min!,
          max: row.below ?? row.max!,
          minExcluded: row.above !== undefined,
          maxExcluded: row.below !== undefined,
          noNaN: true
        })
        .map((value) => (value === 0 ? 0 : value));
  }
}

const anySettings = fc
  .record(Object.fromEntries(settingsTable.map((row) => [row.key, settingValue(row)])))
  .map((settings) => settings as unknown as Settings)
  .filter(({ n_embd, n_head }) => n_embd % n_head === 0);

/** Anything to be seen of the constellation. */
function anySky({ n_layer, n_head }: Settings): fc.Arbitrary<Sky> {
  const some = (count: number) =>
    fc.subarray(Array.from({ length: count }, (_, i) => i)) as fc.Arbitrary<readonly number[]>;
  return fc.record({
    arcs: fc.constantFrom(...arcKinds),
    stars: fc.constantFrom(...arrangements),
    hide_below: fc.option(fc.integer({ min: 0, max: 50 }).map((hundredths) => hundredths / 100)),
    hide_layers: some(n_layer),
    hide_heads: some(n_head)
  });
}

/** Any place of an opened step. */
function anyOpened({ block_size, batch_size, n_embd, n_layer }: Settings): fc.Arbitrary<Opened> {
  const t = fc.integer({ min: 0, max: block_size * batch_size - 1 });
  const index = fc.integer({ min: 0, max: 300 });
  const layer = fc.integer({ min: 0, max: n_layer - 1 });
  return fc.record({
    page: fc.constantFrom('backward', 'checks', 'why-these'),
    seed: fc.oneof(
      fc.constant<Seed>({ of: 'loss' }),
      t.map((t): Seed => ({ of: 'token', t })),
      fc.tuple(t, index).map(([t, v]): Seed => ({ of: 'logit', t, v }))
    ),
    operation: fc.option(layer.map((l) => `layer${l}.mlp_hidden`)),
    cell: fc.option(
      fc.oneof(
        fc.record({
          tensor: fc.oneof(
            fc.constant('wte'),
            layer.map((l) => `layer${l}.attn_wq`)
          ),
          aspect: fc.constantFrom('value' as const, 'gradient' as const),
          index: fc.tuple(index, index)
        }),
        fc.constant<Address>({ tensor: 'loss', aspect: 'gradient', index: [] }),
        index.map((at): Address => ({ tensor: 'tokens', aspect: 'batch', index: [at] }))
      )
    ),
    stop: fc.option(fc.integer({ min: 0, max: 20 })),
    tab: fc.option(fc.constantFrom(...updateTabs)),
    weight: fc.option(
      fc.oneof(
        fc.record({
          parameter: layer.map((l) => `layer${l}.mlp_fc1`),
          row: fc.integer({ min: 0, max: 4 * n_embd - 1 }),
          column: fc.integer({ min: 0, max: n_embd - 1 })
        }),
        index.map((row): Weight => ({ parameter: 'lm_head', row, column: n_embd - 1 }))
      )
    )
  });
}

const anyLink: fc.Arbitrary<Link> = anySettings
  .chain((settings) =>
    fc.record({
      settings: fc.constant(settings),
      step: fc.option(fc.integer({ min: 0, max: settings.num_steps })),
      compare: fc.option(fc.integer({ min: 0, max: settings.num_steps })),
      token: fc.integer({ min: 0, max: settings.block_size - 1 }),
      layer: fc.integer({ min: 0, max: settings.n_layer - 1 }),
      head: fc.integer({ min: 0, max: settings.n_head - 1 }),
      sky: anySky(settings),
      opened: fc.option(anyOpened(settings)),
      corpus: fc.option(hex12),
      autorun: fc.boolean()
    })
  )
  .map((link) => (link.step !== null && link.step > 0 ? link : { ...link, opened: null }));

describe('encodeLink', () => {
  it('leaves the defaults out', () => {
    expect(encodeLink(defaultLink)).toBe('');
  });

  it('names what differs by its field, in the order of the table', () => {
    const settings = { ...defaultSettings, learning_rate: 0.5, pack: 'json', n_embd: 8 };
    const link = { ...defaultLink, settings, token: 3, step: 40, compare: 0 };
    expect(encodeLink(link)).toBe('pack=json&n_embd=8&learning_rate=0.5&step=40&compare=0&token=3');
  });

  it.each(Object.keys(presets) as PresetName[])('holds the preset %s', (name) => {
    const settings = presetSettings(name);
    expect(decodeLink(encodeLink({ ...defaultLink, settings })).link.settings).toEqual(settings);
  });

  it('is undone by decodeLink', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(decodeLink(`?${encodeLink(link)}`)).toEqual({ link, corrections: [] });
      })
    );
  });

  it('depends on nothing but the link: the same one is written the same way', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        const query = encodeLink(link);
        const shuffled = [...new URLSearchParams(query)].reverse();
        const { link: read } = decodeLink(new URLSearchParams(shuffled).toString());
        expect(encodeLink(read)).toBe(query);
      })
    );
  });
});

describe('decodeLink', () => {
  it.each<[string, Partial<Settings>, string]>([
    [
      'learning_rate=7',
      { learning_rate: 1 },
      'learning_rate: needs a number above 0 and at most 1, got 7; using 1'
    ],
    [
      'learning_rate=0',
      {},
      'learning_rate: needs a number above 0 and at most 1, got 0; using 0.01'
    ],
    [
      'learning_rate=1e999',
      { learning_rate: 1 },
      'learning_rate: needs a number above 0 and at most 1, got Infinity; using 1'
    ],
    ['beta1=1', {}, 'beta1: needs a number at least 0 and below 1, got 1; using 0.85'],
    ['beta1=-1', { beta1: 0 }, 'beta1: needs a number at least 0 and below 1, got -1; using 0'],
    ['n_layer=9', { n_layer: 2 }, 'n_layer: needs an integer from 1 to 2, got 9; using 2'],
    [
      'num_steps=2.6',
      { num_steps: 3 },
      'num_steps: needs an integer from 1 to 2000, got 2.6; using 3'
    ],
    ['num_steps=many', {}, 'num_steps: needs an integer from 1 to 2000, got "many"; using 1000'],
    ['num_steps=', {}, 'num_steps: needs an integer from 1 to 2000, got ""; using 1000'],
    ['engine=tpu', {}, 'engine: needs auto or gpu or simd or cpu, got "tpu"; using auto'],
    ['seed=1.5', {}, 'seed: needs an integer of at most 100 digits, got "1.5"; using 42'],
    [
      'init_zero_projections=yes',
      {},
      'init_zero_projections: needs true or false, got "yes"; using false'
    ],
    ['pack=poems', {}, 'pack: needs the name of a pack, got "poems"; using names'],
    ['pack=upload:XYZ', {}, 'pack: needs the name of a pack, got "upload:XYZ"; using names'],
    ['n_embd=30', { n_embd: 32 }, 'n_embd: needs a multiple of n_head 4, got 30; using 32'],
    [
      'n_head=7&n_embd=64',
      { n_head: 7, n_embd: 63 },
      'n_embd: needs a multiple of n_head 7, got 64; using 63'
    ],
    [
      'n_head=3&n_embd=4',
      { n_head: 3, n_embd: 6 },
      'n_embd: needs a multiple of n_head 3, got 4; using 6'
    ],
    [
      'batch_size=2&batch_size=3',
      { batch_size: 2 },
      'batch_size: needs to stand once, got 2 values; taking the first'
    ],
    ['utm_source=x', {}, 'link: needs the name of a setting, got "utm_source"; ignoring it'],
    ['__proto__=x', {}, 'link: needs the name of a setting, got "__proto__"; ignoring it']
  ])('corrects %s and says so', (query, differences, sentence) => {
    const { link, corrections } = decodeLink(query);
    expect(link.settings).toEqual({ ...defaultSettings, ...differences });
    expect(corrections).toEqual([sentence]);
  });

  it.each<[string, Partial<Link>, string]>([
    ['step=5000', { step: 1000 }, 'step: needs an integer from 0 to 1000, got "5000"; using 1000'],
    ['step=last', {}, 'step: needs an integer from 0 to 1000, got "last"; following the run'],
    ['compare=-1', { compare: 0 }, 'compare: needs an integer from 0 to 1000, got "-1"; using 0'],
    ['compare=', {}, 'compare: needs an integer from 0 to 1000, got ""; comparing with none'],
    ['token=16', { token: 15 }, 'token: needs an integer from 0 to 15, got "16"; using 15'],
    ['layer=1', {}, 'layer: needs an integer from 0 to 0, got "1"; using 0'],
    ['head=-1', {}, 'head: needs an integer from 0 to 3, got "-1"; using 0'],
    ['corpus=ABC', {}, 'corpus: needs 12 hex digits, got "ABC"; ignoring it'],
    [
      'operation=layer0.q',
      {},
      'link: needs the step that is to be opened, got none; opening nothing'
    ],
    ['autorun=yes', {}, 'autorun: needs 1, got "yes"; ignoring it']
  ])('corrects %s and says so', (query, differences, sentence) => {
    expect(decodeLink(query)).toEqual({
      link: { ...defaultLink, ...differences },
      corrections: sentence === '' ? [] : [sentence]
    });
  });

  it('quotes no more than a line of what is wrong', () => {
    const { corrections } = decodeLink(`seed=${'9'.repeat(5000)}&pack=${'x'.repeat(5000)}`);
    expect(corrections).toHaveLength(2);
    for (const sentence of corrections) expect(sentence.length).toBeLessThan(220);
  });

  it('takes whatever comes, and always gives valid settings', () => {
    const key = fc.oneof(
      fc.constantFrom(
        ...settingsTable.map((row) => row.key),
        'step',
        'compare',
        'token',
        ...skyKeys,
        ...openedKeys
      ),
      fc.string()
    );
    const value = fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String));
    const pairs = fc
      .array(fc.tuple(key, value))
      .map((list) => new URLSearchParams(list).toString());
    fc.assert(
      fc.property(fc.oneof(pairs, fc.string({ unit: 'binary' })), (query) => {
        const { link, corrections } = decodeLink(query);
        expect(checkSettings(link.settings)).toEqual([]);
        expect(decodeLink(encodeLink(link)).corrections).toEqual([]);
        if (corrections.length === 0 && query !== '') {
          const known = [...new URLSearchParams(query).keys()];
          expect(new Set(known).size).toBe(known.length);
        }
      }),
      { numRuns: 500 }
    );
  });
});
