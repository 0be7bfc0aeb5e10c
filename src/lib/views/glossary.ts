import { checkTerms } from './checks/terms';
import { speedTerms } from './speed/terms';
import { updateTerms } from './updates/terms';

/** Every word that the page uses as a term: the one place where its sentence stands. */

interface GlossaryRow {
  /** As the page writes it. */
  readonly term: string;
  /** Other spellings, as in settings and formulas. */
  readonly also?: string;
  /** One or two sentences for a newcomer. */
  readonly says: string;
}

const rows = {
  token: {
    term: 'token',
    says: 'The smallest piece of text that the model reads or writes; here a token is one character, or BOS.'
  },
  BOS: {
    term: 'BOS',
    says: 'Beginning of sequence: a token of its own that stands where a document begins, and again where it ends.'
  },
  vocabulary: {
    term: 'vocabulary',
    also: 'vocab_size, V',
    says: 'All tokens there are: the V − 1 characters of the text pack, and BOS.'
  },
  document: {
    term: 'document',
    says: 'One line of the text pack, with BOS before and after it. Each step learns from one document, or from batch_size of them.'
  },
  block_size: {
    term: 'context length',
    also: 'block_size, T',
    says: 'How many tokens the model can look back on. What a document has beyond that is cut.'
  },
  embedding: {
    term: 'embedding',
    also: 'wte, wpe, n_embd',
    says: 'The learned vector that stands for a token (a row of wte), to which the vector of its position (a row of wpe) is added.'
  },
  residual: {
    term: 'residual stream',
    says: 'The vector of one position on its way through the layers. Attention and MLP each add to it instead of replacing it.'
  },
  rmsnorm: {
    term: 'rmsnorm',
    says: 'Divides a vector by the root of the mean of its squares, so that every layer meets vectors of one size.'
  },
  layer: {
    term: 'layer',
    also: 'n_layer',
    says: 'One round of attention and MLP.'
  },
  attention: {
    term: 'attention',
    says: 'The one place where positions exchange anything: each takes a weighted mean of what it and the earlier ones offer.'
  },
  head: {
    term: 'head',
    also: 'n_head, head_dim',
    says: 'One of several attention patterns that a layer has side by side, each on its own share of the vector.'
  },
  attentionWeight: {
    term: 'attention weight',
    also: 'α',
    says: 'How much of what one position takes comes from another. A row of weights, one look back, adds up to 1.'
  },
  causalMask: {
    term: 'causal mask',
    says: 'Forbids a position to look at later ones, which hold the answers: half of every attention picture is empty for this reason.'
  },
  entropy: {
    term: 'entropy',
    says: 'How spread out a row of probabilities is: 0 if all lies on one, largest if all are equal.'
  },
  mlp: {
    term: 'MLP',
    also: 'mlp_fc1, mlp_fc2',
    says: 'Two linear maps with an activation in between, applied to each position by itself: to 4 · n_embd numbers and back.'
  },
  activation: {
    term: 'activation',
    says: 'What bends the line between two linear maps, or they would be one: relu keeps what is above 0, relu2 squares that.'
  },
  lm_head: {
    term: 'head of the model',
    also: 'lm_head',
    says: 'The last linear map: from the residual stream to one logit for each token of the vocabulary.'
  },
  logits: {
    term: 'logits',
    says: 'The model’s raw scores, one for each token, before softmax makes probabilities of them.'
  },
  softmax: {
    term: 'softmax',
    says: 'Turns scores into probabilities: each is raised to a power of e and divided by the sum of all.'
  },
  probability: {
    term: 'probability',
    also: 'probs',
    says: 'What the model gives each token for coming next, from 0 to 1; together they add up to 1.'
  },
  rank: {
    term: 'rank',
    says: 'The place of a token among all by probability: 1 was expected most.'
  },
  loss: {
    term: 'loss',
    also: 'nats',
    says: 'The model’s surprise at what really came: −ln of the probability that it gave it, in nats. 0 means it was certain; of a step it is the mean over its tokens.'
  },
  knowingNothing: {
    term: 'knowing nothing',
    also: 'ln V',
    says: 'The loss of giving each of the V tokens the same chance, ln V: whoever has learned anything is below it.'
  },
  perplexity: {
    term: 'perplexity',
    says: 'e to the loss: among how many equally likely tokens the model would hesitate as much.'
  },
  smoothed: {
    term: 'smoothed',
    says: 'A moving average over about the last 20 steps, with the pull of its own start taken out.'
  },
  parameters: {
    term: 'parameters',
    also: 'weights',
    says: 'All numbers that training changes: the entries of the embeddings and of the linear maps.'
  },
  step: {
    term: 'step',
    also: 'epoch',
    says: 'One forward pass, one backward pass and one update. An epoch would be one pass over all documents; the lab counts steps.'
  },
  forward: {
    term: 'forward pass',
    says: 'From tokens to probabilities and loss, one operation after the other.'
  },
  backward: {
    term: 'backward pass',
    says: 'The same operations in reverse, by the chain rule: from the loss to a gradient for every number.'
  },
  gradient: {
    term: 'gradient',
    also: 'dx',
    says: 'How much the loss would change with a number, per unit of change: its slope. A gradient that is not computed yet is “—”, not 0.'
  },
  operation: {
    term: 'operation',
    also: 'linear, rmsnorm, softmax, …',
    says: 'One rule that makes a tensor from others, like a product of matrices. A step of one layer is 23 of them, always in the same order.'
  },
  tensor: {
    term: 'tensor',
    says: 'Numbers in a grid with a name: (6, 16) has a row of 16 for each of 6 positions.'
  },
  contribution: {
    term: 'contribution',
    also: '+=',
    says: 'What one operation adds to a gradient. A tensor that several read gets one from each: until the last has come, its gradient is partial.'
  },
  saved: {
    term: 'saved for backward',
    says: 'Numbers of the forward pass that the rule of a gradient needs again, and that are kept for it.'
  },
  gradientSeed: {
    term: 'gradients of',
    also: 'gradients_of',
    says: 'The one number that all gradients of a backward pass are of: the mean loss, which training lowers, or one token’s loss, or one logit. Its own gradient is 1.'
  },
  breakpoint: {
    term: 'breakpoint',
    says: 'Where a walk through the backward pass stops by itself: at an operation, at a gradient above a size, or at one that is not finite.'
  },
  scalarGraph: {
    term: 'scalar graph',
    also: 'Value',
    says: 'A number taken apart into + × pow exp log relu on single numbers, as microgpt’s Value keeps it: data is its value, grad how much the whole changes with it.'
  },
  gradientNorm: {
    term: 'gradient norm',
    also: 'grad_norm',
    says: 'The length of all gradients of a group together: how steeply the loss changes with its weights.'
  },
  updateNorm: {
    term: 'update norm',
    says: 'The length of all changes that one step made to a group’s weights: how far Adam moved them.'
  },
  adam: {
    term: 'Adam',
    says: 'The rule that turns gradients into updates: each weight moves along its mean gradient, divided by that gradient’s usual size.'
  },
  learning_rate: {
    term: 'learning rate',
    also: 'learning_rate',
    says: 'How far an update moves the weights. By default it falls over the run to 0.'
  },
  beta1: {
    term: 'β₁',
    also: 'beta1',
    says: 'How much of Adam’s mean gradient stays from one step to the next: its momentum.'
  },
  beta2: {
    term: 'β₂',
    also: 'beta2',
    says: 'The same for the mean of the squared gradients, which tells their usual size.'
  },
  eps_adam: {
    term: 'ε',
    also: 'eps_adam',
    says: 'A very small number that keeps Adam from dividing by 0.'
  },
  batch_size: {
    term: 'batch',
    also: 'batch_size',
    says: 'The documents that one step learns from together; the loss is the mean over all their tokens.'
  },
  sample: {
    term: 'sample',
    says: 'A document that the model writes by itself: from BOS on, each token is drawn by its probability, until BOS comes again.'
  },
  temperature: {
    term: 'temperature',
    says: 'Divides the logits before a sample is drawn: below 1 the likely becomes likelier still, above 1 the unlikely gets its chance.'
  },
  top_k: {
    term: 'top k',
    also: 'top_k',
    says: 'The k likeliest next tokens, which are recorded and shown. Samples are drawn from all tokens, not only from these.'
  },
  valid: {
    term: 'valid',
    says: 'A sample that keeps the rule of its text pack: a sum that is right, a query that names a column that is there.'
  },
  copied: {
    term: 'copied and novel',
    says: 'A copied sample stands in the training text letter by letter, a novel one does not.'
  },
  seed: {
    term: 'seed',
    says: 'The number that fixes every random choice: the initial weights, the order of documents and the samples. The same seed and settings give the same run.'
  },
  engine: {
    term: 'engine',
    says: 'What computes the run: the GPU, the CPU, or the f64 reference, which also runs on the CPU, slowly and exactly. A switch carries the weights over, and the run goes on; the engine named is always the one that computes.'
  },
  precision: {
    term: 'f64 and f32',
    says: 'Numbers of 64 and of 32 bits: about 16 and about 7 digits. GPU and CPU compute in f32, the reference in f64.'
  },
  webgpu: {
    term: 'WebGPU',
    says: 'The way in which a page asks the browser to compute on the GPU. Where there is none, the CPU computes, and the page says so.'
  },
  pca: {
    term: 'PCA',
    says: 'Lays vectors out along the two directions in which they differ most. Distances along all other directions are not seen.'
  },
  ...checkTerms,
  keyframe: {
    term: 'keyframe',
    says: 'A copy of all weights and of Adam’s moments as they were after some step. The steps after it can be trained again from there.'
  },
  replay: {
    term: 'replay',
    says: 'Training a step again from the keyframe before it. The same numbers in the same order give the same loss, which is compared bit for bit.'
  },
  trace: {
    term: 'trace',
    says: 'A run as one file: its settings and all that was recorded. An imported trace can be looked at, not trained on.'
  },
  ...speedTerms,
  ...updateTerms
} as const satisfies Record<string, GlossaryRow>;

export type GlossaryId = keyof typeof rows;

export const glossary: Readonly<Record<GlossaryId, GlossaryRow>> = rows;

/** In the order of a dictionary, Greek letters by their names. */
export const glossaryIds = (Object.keys(rows) as GlossaryId[]).sort((a, b) =>
  sortKey(a).localeCompare(sortKey(b), 'en')
);

function sortKey(id: GlossaryId): string {
  return rows[id].term.replace('β', 'beta').replace('ε', 'epsilon');
}
