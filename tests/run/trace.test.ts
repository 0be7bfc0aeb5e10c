import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { fold } from '../../src/lib/run/fold';
import { emptySnapshot, type Snapshot } from '../../src/lib/run/snapshot';
import {
  checksum,
  LONGEST_TRACE,
  readTrace,
  TraceError,
  writeTrace
} from '../../src/lib/run/trace';
import type { TraceContent } from '../../src/lib/run/traceForm';
import { perform, smallRequest, whole } from './scenario';

let snapshot: Snapshot;
let file: string;

beforeAll(async () => {
  const { events } = await perform(smallRequest({ n_layer: 2 }), whole, { watch: 'every' });
  snapshot = fold(emptySnapshot, events);
  file = writeTrace(snapshot, '0.1.0');
});

/** What a trace does not record, as a trace that was read has it. */
const unrecorded = { times: null, pulse: null, stepsPerSecond: null, rateFrom: null, seq: 0 };

/** A trace with something changed, and the checksum that goes with it. */
function forge(change: (content: TraceContent) => unknown): string {
  const content = JSON.parse(file) as TraceContent & { checksum?: string };
  delete content.checksum;
  change(content);
  return JSON.stringify({ ...content, checksum: checksum(content) });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);

describe('a trace', () => {
  test('read again is the run that was written', () => {
    expect(readTrace(file)).toEqual({ ...snapshot, ...unrecorded });
    expect(writeTrace(readTrace(file), '0.1.0')).toBe(file);
  });

  test('keeps every number whole', () => {
    const curve = fc.array(finite, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(
        curve,
        curve,
        fc.float64Array({ noNaN: true, noDefaultInfinity: true, minLength: 64, maxLength: 64 }),
        (loss, mlp, weights) => {
          const curves = {
            ...snapshot.curves,
            loss,
            gradient_norms: { ...snapshot.curves.gradient_norms, mlp }
          };
          const [first, ...frames] = snapshot.frames;
          const attention = {
            ...first.attention!,
            weights: first.attention!.weights.map((a, i) => (a === 0 ? 0 : weights[i % 64]))
          };
          const changed = { ...snapshot, curves, frames: [{ ...first, attention }, ...frames] };
          expect(readTrace(writeTrace(changed, ''))).toEqual({ ...changed, ...unrecorded });
        }
      ),
      { numRuns: 50 }
    );
  });

  test('of a run under way reads as paused', () => {
    expect(readTrace(writeTrace({ ...snapshot, status: 'running' }, '')).status).toBe('paused');
  });

  test('needs a run that has started', () => {
    expect(() => writeTrace(emptySnapshot, '')).toThrow(
      new TraceError('trace: needs a run that has started, got none')
    );
  });

  test('does not mind the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(JSON.parse(file) as object).reverse());
    expect(readTrace(JSON.stringify(reversed))).toEqual(readTrace(file));
  });
});

describe('a file is refused, with the reason', () => {
  test('truncated anywhere', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), (length) => {
        expect(() => readTrace(file.slice(0, length))).toThrow(
          /^trace: needs a whole JSON file, got /
        );
      })
    );
  });

  test('edited: any number changed', () => {
    const digits = [...file.matchAll(/\d/g)].map(({ index }) => index);
    fc.assert(
      fc.property(fc.constantFrom(...digits), fc.integer({ min: 1, max: 9 }), (i, by) => {
        const digit = (Number(file[i]) + by) % 10;
        const edited = file.slice(0, i) + String(digit) + file.slice(i + 1);
        fc.pre(isJson(edited));
        // The 17th digit of a number can be one that no double tells apart: that is no change.
        fc.pre(JSON.stringify(JSON.parse(edited)) !== file);
        expect(() => readTrace(edited)).toThrow(TraceError);
      })
    );
  });

  const refusals: [string, () => string, string | RegExp][] = [
    ['not an object', () => '[]', 'trace: needs an object, got a list of 0'],
    ['foreign', () => '{"format":"other"}', 'trace: needs format microgpt-lab-trace, got "other"'],
    ['without a format', () => '{}', 'trace: needs format microgpt-lab-trace, got undefined'],
    [
      'newer',
      () => '{"format":"microgpt-lab-trace","version":3}',
      'trace: needs version 1 or 2, got 3, which a newer lab wrote'
    ],
    [
      'without a version',
      () => '{"format":"microgpt-lab-trace","version":"1"}',
      'trace: needs version 1 or 2, got "1"'
    ],
    [
      'edited text',
      () => file.replace('"Test"', '"Best"'),
      'trace: needs its own checksum, got another; the file was edited or damaged'
    ],
    [
      'with a number as text',
      () => file.replace(/"loss":\[/, '"loss":["1",'),
      'trace.steps.loss[0]: needs a finite number, got "1"'
    ],
    [
      'with null as a number',
      () => file.replace(/"loss":\[/, '"loss":[null,'),
      'trace.steps.loss[0]: needs a finite number, got null'
    ],
    [
      'with 1e999',
      () => file.replace(/"loss":\[/, '"loss":[1e999,'),
      'trace.steps.loss[0]: needs a finite number, got Infinity'
    ],
    [
      'with a key too many',
      () => file.replace('{', '{"more":1,'),
      /^trace: needs only format, .*, got "more"$/
    ],
    [
      'with __proto__',
      () => file.replace('"corpus":{', '"corpus":{"__proto__":{"x":1},'),
      'trace.corpus: needs only id, title, hash, documents, got "__proto__"'
    ],
    [
      'with a key too few',
      () => file.replace('"device":"TypeScript, f64",', ''),
      /^trace: needs device, got /
    ],
    [
      'too long',
      () => ' '.repeat(LONGEST_TRACE + 1),
      'trace: needs at most 67108864 characters, got 67108865'
    ],
    [
      'nested without end',
      () =>
        '{"format":"microgpt-lab-trace","version":1,"a":' + '['.repeat(1e5) + ']'.repeat(1e5) + '}',
      /^trace: needs /
    ]
  ];

  test.each(refusals)('%s', (_, make, message) => {
    expect(() => readTrace(make())).toThrow(TraceError);
    expect(() => readTrace(make())).toThrow(message);
  });

  const forgeries: [string, (content: TraceContent) => unknown, string][] = [
    [
      'settings out of range',
      (t) => (t.settings.n_head = 9),
      'trace.settings: n_head: needs an integer from 1 to 8, got 9'
    ],
    ['settings of the wrong type', (t) => (t.settings.seed = 42), 'trace.settings: seed: needs'],
    [
      'curves of unequal length',
      (t) => t.steps.learning_rate.pop(),
      'trace.steps.learning_rate: length: needs 12, got 11'
    ],
    [
      'norms of unequal length',
      (t) => t.steps.update_norms.mlp.push(1),
      'trace.steps.update_norms.mlp: length: needs 12, got 13'
    ],
    [
      'more steps than num_steps',
      (t) => (t.settings.num_steps = 11),
      'trace.steps.loss: length: needs 0 to 11, got 12'
    ],
    ['another number of parameters', (t) => t.num_params++, 'trace.num_params: needs'],
    [
      'frames out of order',
      (t) => t.frames.reverse(),
      'trace.frames[1].step: needs a step after 12, got 11'
    ],
    [
      'a frame of a step not done',
      (t) => (t.frames[11].step = 13),
      'trace.frames[11].step: needs 1 to 12, got 13'
    ],
    [
      'a token that is not in the vocabulary',
      (t) => (t.frames[0].tokens[0].target = 4),
      'trace.frames[0].tokens[0].target: needs 0 to 3, got 4'
    ],
    [
      'attention of another size',
      (t) => t.frames[0].attention!.T--,
      'trace.frames[0].attention.T: needs'
    ],
    [
      'too little attention',
      (t) => (t.frames[0].attention!.weights = btoa('12345678')),
      'attention: needs'
    ],
    [
      'attention that is not base64',
      (t) => (t.frames[0].attention!.weights = '€'),
      'base64: needs base64, got other characters'
    ],
    [
      'attention in half a double',
      (t) => (t.frames[0].attention!.weights = btoa('1234')),
      'base64: needs doubles, got 4 bytes'
    ],
    [
      'attention that is not finite',
      (t) => (t.frames[0].attention!.weights = btoa('\0\0\0\0\0\0\xf0\x7f')),
      'base64: needs finite numbers, got Infinity'
    ],
    [
      'samples of a step not done',
      (t) => (t.samples[0].step = 13),
      'trace.samples[0].step: needs 0 to 12, got 13'
    ],
    [
      'a hash that is none',
      (t) => (t.corpus.hash = 'abc'),
      'trace.corpus.hash: needs 64 hex digits, got "abc"'
    ],
    [
      'the same token twice',
      (t) => (t.vocabulary[1] = t.vocabulary[0]),
      'trace.vocabulary: needs 4, got 3'
    ]
  ];

  test.each(forgeries)('%s, even with its checksum', (_, change, message) => {
    const forged = forge(change);
    expect(() => readTrace(forged)).toThrow(TraceError);
    expect(() => readTrace(forged)).toThrow(message);
  });

  test('nothing at all changed passes the same way', () => {
    expect(readTrace(forge(() => {}))).toEqual(readTrace(file));
  });
});
