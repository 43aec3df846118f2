import { defineConfig } from 'vitest/config';

export default defineConfig({
  // graphql 16 ships a CommonJS and an ES copy without an exports map; one alias keeps every importer on the same
  // copy, so that `instanceof GraphQLError` means the same in tests as in production.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    // No module keeps state that one file could leave to another, and loading them once per worker halves the run.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
