import { defineConfig } from '@playwright/test';
import { launchOptions } from './scripts/browser.js';

/**
 * The built site in two browsers. Tests tagged @no-webgpu run only where requestAdapter() is null,
 * tests tagged @both in both, all others with WebGPU.
 */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  workers: 1,
  // A busy machine may miss a time limit: once more, and the list says which test was flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: { trace: 'retain-on-failure' },
  projects: [
    {
      name: 'webgpu',
      grepInvert: /@no-webgpu/,
      use: { launchOptions: launchOptions({ webgpu: true }) }
    },
    {
      name: 'no-webgpu',
      grep: /@no-webgpu|@both/,
      use: { launchOptions: launchOptions({ webgpu: false }) }
    }
  ]
});
