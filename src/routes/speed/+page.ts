export const load = () => ({
  description:
    'Measure how fast this device trains a tiny GPT, on each engine, beside published numbers.'
});
