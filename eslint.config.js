import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default defineConfig(
  { ignores: ['node_modules/', '.svelte-kit/', 'build/', 'coverage/', 'test-results/'] },
  { ignores: ['src/lib/engine/simd/binaries.ts'] },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] }
    },
    rules: {
      // TypeScript finds names that are not defined, and knows the types.
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', 300],
      // A function of the interface may answer at once and still return a promise.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // State here is replaced, not mutated; URL, Map and Set are plain values.
      'svelte/prefer-svelte-reactivity': 'off',
      'object-shorthand': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error'
    }
  },
  // svelte-check reads the types of JavaScript from its comments; eslint does not see them.
  { files: ['**/*.{js,mjs}'], extends: [ts.configs.disableTypeChecked] },
  // AssemblyScript: i32 and usize are types of their own to its compiler, which checks them.
  {
    files: ['src/lib/engine/simd/kernels/**'],
    extends: [ts.configs.disableTypeChecked],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' }
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } }
  },
  {
    files: ['src/**'],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }]
    }
  },
  {
    files: ['src/lib/**', 'src/routes/**'],
    rules: { 'no-console': 'error' }
  }
);
