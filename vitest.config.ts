import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'evals/**/*.test.ts', 'bench/**/*.test.ts'],
    reporters: ['default', './src/scripts/count-reporter.ts'],
    testTimeout: 30_000,
  },
});
