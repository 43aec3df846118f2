import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

/** Hold native code, files beside their own, or parts that most processes do not need, and are loaded as they are. */
const EXTERNAL = [
  'classic-level',
  'pino',
  'pino-pretty',
  '@opentelemetry/*',
  '@graphql-yoga/render-graphiql',
  'rate-limiter-flexible',
];

/** Some of what is bundled asks for modules of Node by `require`. */
const REQUIRE = `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`;

/** Writes `dist`: the programs in a few files, since opening a thousand small ones is most of what a start takes. */
await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts', 'src/sandbox/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: EXTERNAL,
  banner: { js: REQUIRE },
  logLevel: 'warning',
});
