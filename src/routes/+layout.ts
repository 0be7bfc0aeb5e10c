// Every page is written to a file at build time and rendered in the browser, where the engines are.
export const prerender = true;
export const ssr = false;
export const trailingSlash = 'always';

export const load = () => ({
  description: 'Watch a tiny GPT learn to write, live in a browser tab, with every number open.'
});
