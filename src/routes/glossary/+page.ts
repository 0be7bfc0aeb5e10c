// A page of text: it can be read before, and without, its script.
export const ssr = true;

export const load = () => ({
  description: 'The words of the microGPT Lab, from attention to temperature, in plain sentences.'
});
