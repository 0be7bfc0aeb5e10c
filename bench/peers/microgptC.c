/*
 * Trains a problem of the benchmark with microgpt-c, of which a checkout must be at hand. Compiled with
 *
 *   -DMICROGPT_C='"…/src/microgpt.c"' -DN_EMBD=… -DN_HEAD=… -DN_LAYER=… -DBLOCK_SIZE=… -DMLP_DIM=… -DMAX_VOCAB=…
 *
 * The problem comes as numbers on standard input: vocab_size, weights matrix by matrix (microgptC.ts has their order),
 * the number of batches and each as B, T, tokens, targets, the number of learning rates and these. Then come lines
 * `done count`: it trains so many steps after those done and answers with the mean loss of the last.
 */
static double rate;
#define LEARNING_RATE rate
/* The schedule at its peak, forever: the rate of each step is the problem's. */
#define WARMUP_STEPS 0
#define NUM_STEPS 1000000000
#include MICROGPT_C

typedef struct {
  int B, T;
  int *tokens, *targets;
} Batch;

static double number(void) {
  double x;
  if (scanf("%lf", &x) == 1) return x;
  fprintf(stderr, "microgpt-c: needs a number, got none\n");
  exit(1);
}

static void read_matrix(scalar_t *w, size_t size) {
  for (size_t i = 0; i < size; i++) w[i] = (scalar_t)number();
}

static int *read_ids(int count) {
  int *ids = malloc(sizeof(int) * (size_t)count);
  for (int i = 0; i < count; i++) ids[i] = (int)number();
  return ids;
}

static Model *read_model(void) {
  const MicrogptConfig config = microgpt_default_config();
  const size_t C = N_EMBD, V = (size_t)number();
  Model *model = model_create(V, &config);
  read_matrix(model->wte, V * C);
  read_matrix(model->wpe, BLOCK_SIZE * C);
  read_matrix(model->lm_head, V * C);
  for (int l = 0; l < N_LAYER; l++) {
    read_matrix(model->attn_wq[l], C * C);
    read_matrix(model->attn_wk[l], C * C);
    read_matrix(model->attn_wv[l], C * C);
    read_matrix(model->attn_wo[l], C * C);
    read_matrix(model->mlp_fc1[l], C * MLP_DIM);
    read_matrix(model->mlp_fc2[l], C * MLP_DIM);
  }
  return model;
}

static Batch *read_batches(int count) {
  Batch *batches = malloc(sizeof(Batch) * (size_t)count);
  for (int i = 0; i < count; i++) {
    const int B = (int)number(), T = (int)number();
    int *tokens = read_ids(B * T);
    batches[i] = (Batch){B, T, tokens, read_ids(B * T)};
  }
  return batches;
}

/* Gradients and moments of all weights, and the keys and values of a document. */
static scalar_t *g, *m, *v, *keys[N_LAYER], *values[N_LAYER];
static size_t size;

static double train_step(Model *model, Batch batch, int step) {
  double loss = 0;
  memset(g, 0, size * sizeof(scalar_t));
  for (int b = 0; b < batch.B; b++) {
    size_t cached[N_LAYER] = {0};
    const int *tokens = batch.tokens + b * batch.T, *targets = batch.targets + b * batch.T;
    for (int t = 0; t < batch.T; t++)
      loss += forward_backward_one(model, (size_t)tokens[t], (size_t)t, (size_t)targets[t], keys,
                                   values, cached, g);
  }
  const scalar_t share = (scalar_t)1 / (scalar_t)(batch.B * batch.T);
  for (size_t i = 0; i < size; i++) g[i] *= share;
  adam_step(model, g, m, v, step);
  return loss * share;
}

int main(void) {
  Model *model = read_model();
  const int batch_count = (int)number();
  Batch *batches = read_batches(batch_count);
  const int rate_count = (int)number();
  double *rates = malloc(sizeof(double) * (size_t)rate_count);
  for (int i = 0; i < rate_count; i++) rates[i] = number();
  size = model_num_params(model);
  g = calloc(size, sizeof(scalar_t));
  m = calloc(size, sizeof(scalar_t));
  v = calloc(size, sizeof(scalar_t));
  for (int l = 0; l < N_LAYER; l++) {
    keys[l] = kv_cache_alloc(model_config(model));
    values[l] = kv_cache_alloc(model_config(model));
  }
  int done, count;
  while (scanf("%d %d", &done, &count) == 2) {
    double loss = 0;
    for (int t = done; t < done + count; t++) {
      rate = rates[t % rate_count];
      loss = train_step(model, batches[t % batch_count], t);
    }
    printf("%.9g\n", loss);
    fflush(stdout);
  }
}
