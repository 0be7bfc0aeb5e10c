import type { Inspection, InspectionRequest } from '../../run/protocol';
import type { Arrangement, ArcKind } from '../../run/skyLink';
import type { AttentionFrame, RecordedFrame } from '../../run/snapshot';
import { attentionEdges, entropyEdges, gradientEdges, valueEdges, type Edges } from './edges';

/** amount = (|value| / max)^exponent, at most 1: the same value looks the same at every step. */
export interface Scale {
  /** Values can exceed it only where they have no bound of their own: of `value` and `gradient`. */
  readonly max: number;
  readonly exponent: number;
}

/** What the arcs can show. */
export interface Mode {
  readonly id: ArcKind;
  readonly label: string;
  readonly symbol: string;
  /** What an arc is, in one sentence. */
  readonly says: string;
  readonly unit: string;
  readonly scale: Scale;
  /** Amount below which an arc is left out unless the reader says otherwise. */
  readonly threshold: number;
  /** Whether values have a sign, which then gives the colour. */
  readonly signed: boolean;
  /** Tensors of each layer that it needs besides the recorded attention. */
  readonly values: readonly string[];
  readonly gradients: readonly string[];
  readonly edges: (attention: AttentionFrame, inspection: Inspection) => Edges;
}

export type ModeId = ArcKind;
export type { Arrangement };

export const modes: readonly Mode[] = [
  {
    id: 'attention',
    label: 'Attention',
    symbol: 'α',
    says: 'Each arc is a share of attention: what a head gives from one token adds up to 1.',
    unit: '',
    scale: { max: 1, exponent: 1 },
    threshold: 0.02,
    signed: false,
    values: [],
    gradients: [],
    edges: attentionEdges
  },
  {
    id: 'value',
    label: 'Value',
    symbol: 'α‖Wₒv‖',
    says: 'Each arc is the length of what it adds to a token: a look at an empty value counts little.',
    unit: '',
    scale: { max: 5, exponent: 0.5 },
    threshold: 0.06,
    signed: false,
    values: ['v', 'attn_wo'],
    gradients: [],
    edges: valueEdges
  },
  {
    id: 'gradient',
    label: 'Gradient',
    symbol: 'α ∂loss/∂α',
    says: 'Each arc is the gradient on its way back: what cutting it would change of the loss.',
    unit: 'nats',
    scale: { max: 0.05, exponent: 1 / 3 },
    threshold: 0.1,
    signed: true,
    values: [],
    gradients: ['attn_weights'],
    edges: gradientEdges
  },
  {
    id: 'entropy',
    label: 'Entropy',
    symbol: '−α log₂ α',
    says: 'Each arc is a part of its head’s entropy: a head that is sure shows none.',
    unit: 'bits',
    scale: { max: Math.LOG2E / Math.E, exponent: 2 },
    threshold: 0.1,
    signed: false,
    values: [],
    gradients: [],
    edges: entropyEdges
  }
];

/** Signed amount in −1 … 1. */
export function amountOf({ max, exponent }: Scale, value: number): number {
  const share = Math.min(Math.abs(value) / max, 1);
  return Math.sign(value) * (exponent === 1 ? share : share ** exponent);
}

/** The value that has an amount: what a threshold means in numbers. */
export function valueOf({ max, exponent }: Scale, amount: number): number {
  return Math.sign(amount) * max * Math.abs(amount) ** (1 / exponent);
}

/** Amounts of all edges, in the precision that they are drawn with. */
export function amountsOf(scale: Scale, { values }: Edges): Float32Array {
  const amounts = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) amounts[i] = amountOf(scale, values[i]);
  return amounts;
}

/** What must be inspected for a mode and an arrangement; null if the recorded frame has it all. */
export function inspectionNeeds(
  mode: Mode,
  arrangement: Arrangement,
  { step, attention }: RecordedFrame
): InspectionRequest | null {
  const layers = Array.from({ length: attention?.n_layer ?? 0 }, (_, layer) => `layer${layer}.`);
  const ofEach = (names: readonly string[]) =>
    layers.flatMap((layer) => names.map((name) => layer + name));
  const stream = arrangement === 'residual' ? residualStream(layers.length) : [];
  const request = {
    step,
    values: [...ofEach(mode.values), ...stream],
    gradients: ofEach(mode.gradients)
  };
  return request.values.length + request.gradients.length > 0 ? request : null;
}

/** The residual stream as each layer reads it, and as the last one leaves it: L + 1 values (T, C). */
export function residualStream(n_layer: number): string[] {
  return ['emb_norm', ...Array.from({ length: n_layer }, (_, l) => `layer${l}.mlp_residual`)];
}

/** Whether an inspection holds what was asked for. */
export function answers(inspection: Inspection | null, request: InspectionRequest): boolean {
  return (
    inspection?.step === request.step &&
    request.values.every((name) => name in inspection.values) &&
    request.gradients.every((name) => name in inspection.gradients)
  );
}
