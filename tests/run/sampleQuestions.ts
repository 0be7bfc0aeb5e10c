import type { InspectionRequest } from '$lib/run/protocol';
import type { Question, QuestionKind, Questions, Seed } from '$lib/run/questions';

const weight = { parameter: 'layer0.attn_wq', row: 1, column: 2 };
const gradient = { tensor: 'layer0.attn_norm', aspect: 'gradient', index: [0, 1] } as const;
const value = { tensor: 'layer0.attn_weights', aspect: 'value', index: [1, 0, 1] } as const;

/** Questions of every kind that any model answers; a kind without one does not compile. */
const samples: { readonly [K in QuestionKind]: readonly Questions[K]['asked'][] } = {
  outline: [{}],
  tensors: [0, 6].map((position) => ({
    position,
    tensors: (['value', 'gradient', 'added'] as const).map((reading) => ({
      tensor: 'layer0.attn_residual',
      reading
    }))
  })),
  move: [
    { position: 0, move: { to: 'next', breakpoints: [{ on: 'nonFinite' }] } },
    { position: 3, move: { to: 'previous' } },
    { position: 2, move: { to: 'stageEnd' } },
    { position: 0, move: { to: 'operation', name: 'layer0.q' } },
    { position: 0, move: { to: 'breakpoint', breakpoints: [{ on: 'magnitude', above: 1e-3 }] } },
    { position: 0, move: { to: 'end' } }
  ],
  number: [
    { address: value, position: 0 },
    { address: gradient, position: 20 }
  ],
  verify: [
    { address: value, position: 0 },
    { address: gradient, position: 20 }
  ],
  kernels: [{ node: 'layer0.attn_mix' }],
  arising: [{}],
  setup: [{}],
  scalars: [{ address: value }, { address: gradient, expanded: [] }],
  update: [{}],
  updateNumbers: [{ parameter: 'wte', reading: 'moved' }],
  tokenParts: [{ from: 0 }],
  cosines: [{ group: 'all' }],
  weight: [{ weight }],
  biography: [{ weight, from: 1 }],
  ledger: [{}],
  ledgers: [{ from: 1 }],
  trial: [{ edits: [{ ...weight, after: 0.25 }] }],
  branchState: [{ wish: { edits: [{ ...weight, after: 0.25 }], moments: 'zeroed' } }]
};

const seeds: readonly Seed[] = [{ of: 'loss' }, { of: 'token', t: 1 }, { of: 'logit', t: 0, v: 2 }];

/** All samples, each about a step and with a seed. */
export function sampleQuestions(step: number): readonly Question[] {
  let asked = 0;
  return Object.entries(samples).flatMap(([kind, list]) =>
    list.map((sample: object) => {
      const isOfUpdate = kind === 'update' || kind === 'updateNumbers';
      const seed = isOfUpdate ? seeds[0] : seeds[asked++ % seeds.length];
      return { kind, step, seed, ...sample } as Question;
    })
  );
}

/** A request for numbers of a step, as the panels make them. */
export function sampleInspection(step: number): InspectionRequest {
  return { step, values: ['probs', 'wte', 'layer0.attn_weights'], gradients: ['wte', 'logits'] };
}
