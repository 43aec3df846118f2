import { defineConfig } from 'vitest/config';

/** Nothing takes that long by itself, on however busy a machine; what does hangs. */
const GUARD_MS = 300_000;

export default defineConfig({
  // graphql 16 ships a CommonJS and an ES copy without an exports map; one alias keeps every importer on the same
  // copy, so that `instanceof GraphQLError` means the same in tests as in production.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    setupFiles: ['test/support/seed.ts', 'test/support/patient-fetch.ts'],
    // No module keeps state that one file could leave to another, and loading them once per worker halves the run.
    isolate: false,
    // As many workers as cores: nothing waits for a moment that a busy machine misses.
    maxWorkers: '100%',
    // Answers are garbage as soon as they are looked at; with more room for what is young less of it is copied.
    execArgv: ['--max-semi-space-size=64'],
    testTimeout: GUARD_MS,
    hookTimeout: GUARD_MS,
    expect: { poll: { timeout: GUARD_MS } },
  },
});
