import { operations, type OperationName } from './ops/index';
import type { Operation, Shape } from './ops/operation';
import type { batchArrays } from './batch';

/** What a model is built from; sizes in the field's own names. */
export interface ModelConfig {
  readonly vocab_size: number;
  readonly n_layer: number;
  readonly n_embd: number;
  readonly n_head: number;
  readonly block_size: number;
  readonly activation: 'relu' | 'relu2';
  /** Most documents in one step. */
  readonly batch_size: number;
}

/** A part of the step that is timed and shown as one: `embedding`, `layer0.attention`, `layer0.mlp`, …, `head`, `loss`. */
export type Stage = string;

/** Parameter groups that norms are told by. */
export const parameterGroups = ['embeddings', 'attention', 'mlp', 'lm_head'] as const;
export type ParameterGroup = (typeof parameterGroups)[number];

export interface Parameter {
  readonly name: string;
  readonly shape: readonly [rows: number, columns: number];
  /** Where it begins in the flat weights; Adam's m and v share the layout. */
  readonly offset: number;
  readonly size: number;
  readonly group: ParameterGroup;
}

/** An operation's output. Its first axis counts the positions of the batch, T, unless it is the scalar loss. */
export interface Activation {
  readonly name: string;
  /** Shape with the most positions a step can have. */
  readonly capacity: Shape;
}

export type IndexName = (typeof batchArrays)[number];

/** One operation of the step, by the names of the tensors it reads; it writes the activation of its own name. */
export interface OperationNode {
  readonly name: string;
  readonly operation: Operation;
  readonly operationName: OperationName;
  /** Real inputs: slot of the operation → parameter or activation. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Index inputs: slot of the operation → array of the batch. */
  readonly indices: Readonly<Record<string, IndexName>>;
  readonly attributes: Readonly<Record<string, number>>;
  readonly stage: Stage;
}

/** A training step's forward pass as a flat list; the backward pass is the same list from its end. */
export interface Program {
  readonly config: ModelConfig;
  /** Most positions in one step: batch_size · block_size. */
  readonly capacity: number;
  readonly parameters: readonly Parameter[];
  readonly num_params: number;
  readonly nodes: readonly OperationNode[];
  readonly activations: readonly Activation[];
  /** In forward order. */
  readonly stages: readonly Stage[];
}

/** Builds the program of microgpt's GPT. Throws ShapeError if the sizes do not fit. */
export function buildProgram(config: ModelConfig): Program {
  const builder = new Builder(config);
  builder.gpt();
  return builder.program();
}

/** Parameters in the order in which microgpt draws their initial values. */
export function listParameters(config: ModelConfig): Parameter[] {
  const { vocab_size: V, block_size: S, n_embd: C, n_layer } = config;
  const parameters: Parameter[] = [];
  let offset = 0;
  const matrix = (name: string, rows: number, columns: number, group: ParameterGroup) => {
    parameters.push({ name, shape: [rows, columns], offset, size: rows * columns, group });
    offset += rows * columns;
  };
  matrix('wte', V, C, 'embeddings');
  matrix('wpe', S, C, 'embeddings');
  matrix('lm_head', V, C, 'lm_head');
  for (let l = 0; l < n_layer; l++) {
    for (const w of ['wq', 'wk', 'wv', 'wo']) matrix(`layer${l}.attn_${w}`, C, C, 'attention');
    matrix(`layer${l}.mlp_fc1`, 4 * C, C, 'mlp');
    matrix(`layer${l}.mlp_fc2`, C, 4 * C, 'mlp');
  }
  return parameters;
}

/** A copy of a program in which another operation takes the place of one of the registry, wherever that is used. */
export function replaceOperation(
  program: Program,
  replaced: OperationName,
  operation: Operation
): Program {
  const nodes = program.nodes.map((node) =>
    node.operationName === replaced ? { ...node, operation } : node
  );
  return { ...program, nodes };
}

class Builder {
  readonly #config: ModelConfig;
  readonly #capacity: number;
  readonly #parameters: Parameter[];
  readonly #shapes = new Map<string, Shape>();
  readonly #nodes: OperationNode[] = [];
  #stage: Stage = 'embedding';

  constructor(config: ModelConfig) {
    this.#config = config;
    this.#capacity = config.batch_size * config.block_size;
    this.#parameters = listParameters(config);
    for (const { name, shape } of this.#parameters) this.#shapes.set(name, shape);
  }

  gpt(): void {
    const { n_layer } = this.#config;
    this.#add('tok_emb', 'embedding', { w: 'wte' }, { ids: 'tokens' });
    this.#add('pos_emb', 'embedding', { w: 'wpe' }, { ids: 'positions' });
    this.#add('emb', 'add', { a: 'tok_emb', b: 'pos_emb' });
    this.#add('emb_norm', 'rmsnorm', { x: 'emb' });
    let x = 'emb_norm';
    for (let l = 0; l < n_layer; l++) x = this.#mlp(`layer${l}.`, this.#attention(`layer${l}.`, x));
    this.#stage = 'head';
    this.#add('logits', 'linear', { x, w: 'lm_head' });
    this.#stage = 'loss';
    this.#add('probs', 'softmax', { x: 'logits' });
    this.#add('losses', 'cross_entropy', { p: 'probs' }, { targets: 'targets' });
    this.#add('loss', 'mean', { x: 'losses' });
  }

  #attention(layer: string, x: string): string {
    const { n_head, block_size } = this.#config;
    const document = { starts: 'starts', lengths: 'lengths' } as const;
    this.#stage = `${layer}attention`;
    this.#add(`${layer}attn_norm`, 'rmsnorm', { x });
    for (const w of ['q', 'k', 'v']) {
      this.#add(`${layer}${w}`, 'linear', { x: `${layer}attn_norm`, w: `${layer}attn_w${w}` });
    }
    this.#add(
      `${layer}attn_scores`,
      'attention_scores',
      { q: `${layer}q`, k: `${layer}k` },
      document,
      { n_head, block_size }
    );
    this.#add(
      `${layer}attn_masked`,
      'causal_mask',
      { x: `${layer}attn_scores` },
      { positions: 'positions' }
    );
    this.#add(`${layer}attn_weights`, 'softmax', { x: `${layer}attn_masked` });
    this.#add(
      `${layer}attn_mix`,
      'attention_mix',
      { a: `${layer}attn_weights`, v: `${layer}v` },
      document
    );
    this.#add(`${layer}attn_out`, 'linear', { x: `${layer}attn_mix`, w: `${layer}attn_wo` });
    this.#add(`${layer}attn_residual`, 'add', { a: `${layer}attn_out`, b: x });
    return `${layer}attn_residual`;
  }

  #mlp(layer: string, x: string): string {
    const { activation } = this.#config;
    this.#stage = `${layer}mlp`;
    this.#add(`${layer}mlp_norm`, 'rmsnorm', { x });
    this.#add(`${layer}mlp_hidden`, 'linear', { x: `${layer}mlp_norm`, w: `${layer}mlp_fc1` });
    this.#add(`${layer}mlp_activation`, activation, { x: `${layer}mlp_hidden` });
    this.#add(`${layer}mlp_out`, 'linear', { x: `${layer}mlp_activation`, w: `${layer}mlp_fc2` });
    this.#add(`${layer}mlp_residual`, 'add', { a: `${layer}mlp_out`, b: x });
    return `${layer}mlp_residual`;
  }

  #add(
    name: string,
    operationName: OperationName,
    inputs: Record<string, string>,
    indices: Record<string, IndexName> = {},
    attributes: Record<string, number> = {}
  ): void {
    const operation = operations[operationName];
    const shapes: Record<string, Shape> = {};
    for (const [slot, input] of Object.entries(inputs)) shapes[slot] = this.#shapes.get(input)!;
    for (const slot of Object.keys(indices)) shapes[slot] = [this.#capacity];
    this.#shapes.set(name, operation.shape(shapes, attributes).y);
    this.#nodes.push({
      name,
      operation,
      operationName,
      inputs,
      indices,
      attributes,
      stage: this.#stage
    });
  }

  program(): Program {
    const nodes = this.#nodes;
    return {
      config: this.#config,
      capacity: this.#capacity,
      parameters: this.#parameters,
      num_params: this.#parameters.reduce((sum, { size }) => sum + size, 0),
      nodes,
      activations: nodes.map(({ name }) => ({ name, capacity: this.#shapes.get(name)! })),
      stages: [...new Set(nodes.map(({ stage }) => stage))]
    };
  }
}
