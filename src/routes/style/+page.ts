export const load = () => ({
  description: 'Type, colours, scales and every component of the microGPT Lab in every state.'
});
