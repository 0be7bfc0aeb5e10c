import { engineLabels } from './engineLabels';

/**
 * The table of settings: every limit of the lab stands here and nowhere else. Form, URL, command line and import are
 * all checked against it. The defaults are those of the published microgpt.
 */
interface Row {
  readonly key: string;
  readonly label: string;
  /** What it does, in one sentence for a newcomer. */
  readonly why: string;
  readonly unit?: string;
  readonly group: 'run' | 'model' | 'training' | 'sampling';
}

interface TextRow extends Row {
  readonly kind: 'text' | 'seed';
  readonly default: string;
}

interface BooleanRow extends Row {
  readonly kind: 'boolean';
  readonly default: boolean;
}

interface ChoiceRow extends Row {
  readonly kind: 'choice';
  readonly default: string;
  readonly choices: readonly string[];
  /** What choices are called where they are shown; one without a label is called as it is written. */
  readonly choiceLabels?: Readonly<Record<string, string>>;
}

interface NumericRow extends Row {
  readonly kind: 'integer' | 'real';
  readonly default: number;
  /** Smallest and largest value allowed. */
  readonly min?: number;
  readonly max?: number;
  /** Bounds that are themselves not allowed. */
  readonly above?: number;
  readonly below?: number;
}

export type SettingRow = TextRow | BooleanRow | ChoiceRow | NumericRow;

const rows = [
  {
    key: 'pack',
    kind: 'text',
    default: 'names',
    group: 'run',
    label: 'Text pack',
    why: 'The lines of text that the model learns to imitate.'
  },
  {
    key: 'engine',
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'gpu', 'simd', 'cpu'],
    choiceLabels: { auto: 'Auto', ...engineLabels },
    group: 'run',
    label: 'Engine',
    why: 'What computes: the GPU (WebGPU) or the CPU (WebAssembly SIMD), both in 32-bit numbers, or the reference, the CPU in 64-bit numbers, slowly. Auto takes the fastest of this device.'
  },
  {
    key: 'seed',
    kind: 'seed',
    default: '42',
    group: 'run',
    label: 'Seed',
    why: 'Fixes every random choice: the order of documents, the initial weights and the samples. The same seed gives the same run.'
  },
  {
    key: 'n_layer',
    kind: 'integer',
    default: 1,
    min: 1,
    max: 2,
    group: 'model',
    label: 'Layers',
    why: 'How many times attention and MLP follow each other.'
  },
  {
    key: 'n_embd',
    kind: 'integer',
    default: 16,
    min: 4,
    max: 64,
    group: 'model',
    label: 'Embedding size',
    why: 'How many numbers describe one token inside the model; a multiple of the number of heads.'
  },
  {
    key: 'n_head',
    kind: 'integer',
    default: 4,
    min: 1,
    max: 8,
    group: 'model',
    label: 'Heads',
    why: 'How many attention patterns each layer has side by side.'
  },
  {
    key: 'block_size',
    kind: 'integer',
    default: 16,
    min: 2,
    max: 64,
    unit: 'tokens',
    group: 'model',
    label: 'Context length',
    why: 'How many tokens the model can look back on; longer documents are cut.'
  },
  {
    key: 'activation',
    kind: 'choice',
    default: 'relu',
    choices: ['relu', 'relu2'],
    group: 'model',
    label: 'Activation',
    why: 'What bends the line in the MLP: ReLU, or its square as in the earlier microgpt.'
  },
  {
    key: 'init_std',
    kind: 'real',
    default: 0.08,
    min: 0,
    max: 1,
    group: 'model',
    label: 'Initial spread',
    why: 'Standard deviation of the initial weights.'
  },
  {
    key: 'init_zero_projections',
    kind: 'boolean',
    default: false,
    group: 'model',
    label: 'Zero projections',
    why: 'Starts attn_wo and mlp_fc2 at 0, so that every block at first adds nothing.'
  },
  {
    key: 'num_steps',
    kind: 'integer',
    default: 1000,
    min: 1,
    max: 2000,
    unit: 'steps',
    group: 'training',
    label: 'Steps',
    why: 'How many times the weights are updated.'
  },
  {
    key: 'batch_size',
    kind: 'integer',
    default: 1,
    min: 1,
    max: 32,
    unit: 'documents',
    group: 'training',
    label: 'Batch size',
    why: 'How many documents one step learns from; microgpt takes one.'
  },
  {
    key: 'learning_rate',
    kind: 'real',
    default: 0.01,
    above: 0,
    max: 1,
    group: 'training',
    label: 'Learning rate',
    why: 'How far each update moves the weights.'
  },
  {
    key: 'lr_schedule',
    kind: 'choice',
    default: 'linear',
    choices: ['linear', 'cosine', 'constant'],
    group: 'training',
    label: 'Schedule',
    why: 'How the learning rate falls over the run: in a line to 0, along half a cosine to 0, or not at all.'
  },
  {
    key: 'beta1',
    kind: 'real',
    default: 0.85,
    min: 0,
    below: 1,
    group: 'training',
    label: 'Adam β₁',
    why: 'How long Adam remembers past gradients (its momentum).'
  },
  {
    key: 'beta2',
    kind: 'real',
    default: 0.99,
    min: 0,
    below: 1,
    group: 'training',
    label: 'Adam β₂',
    why: 'How long Adam remembers the size of past gradients.'
  },
  {
    key: 'eps_adam',
    kind: 'real',
    default: 1e-8,
    above: 0,
    max: 0.01,
    group: 'training',
    label: 'Adam ε',
    why: 'Keeps Adam from dividing by 0.'
  },
  {
    key: 'temperature',
    kind: 'real',
    default: 0.5,
    above: 0,
    max: 2,
    group: 'sampling',
    label: 'Temperature',
    why: 'How adventurous samples are: low stays with the likely, high takes chances.'
  },
  {
    key: 'sample_count',
    kind: 'integer',
    default: 20,
    min: 1,
    max: 20,
    group: 'sampling',
    label: 'Samples',
    why: 'How many documents are drawn at a time.'
  },
  {
    key: 'sample_interval',
    kind: 'integer',
    default: 100,
    min: 0,
    max: 2000,
    unit: 'steps',
    group: 'sampling',
    label: 'Sample every',
    why: 'Samples are drawn each time so many steps are done, and after the last; 0 draws only after the last.'
  },
  {
    key: 'top_k',
    kind: 'integer',
    default: 5,
    min: 1,
    max: 20,
    group: 'sampling',
    label: 'Top k',
    why: 'How many of the likeliest next tokens are recorded and shown.'
  }
] as const satisfies readonly SettingRow[];

export type SettingKey = (typeof rows)[number]['key'];

export const settingsTable: readonly (SettingRow & { readonly key: SettingKey })[] = rows;
