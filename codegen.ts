import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CodegenConfig, generate } from '@graphql-codegen/cli';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './src/schema/index.ts';

/**
 * Writes `schema.graphql` and the typed documents of the tests. With `--check` it writes nothing, and fails when a
 * file is not what it would write.
 */
async function main(): Promise<void> {
  const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
  const files = [{ filename: 'schema.graphql', content: sdl }, ...(await typedDocuments(sdl))];
  const stale = await staleOf(files);
  if (process.argv.includes('--check')) {
    for (const { filename } of stale) process.stderr.write(`${filename} is out of step: run npm run codegen\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  for (const { filename, content } of stale) {
    await mkdir(path.dirname(filename), { recursive: true });
    await writeFile(filename, content);
    process.stdout.write(`${filename}\n`);
  }
}

interface GeneratedFile {
  readonly filename: string;
  readonly content: string;
}

function typedDocuments(sdl: string): Promise<GeneratedFile[]> {
  const config: CodegenConfig = {
    schema: sdl,
    documents: ['test/**/*.ts', '!test/gql/**'],
    ignoreNoDocuments: true,
    silent: true,
    errorsOnly: true,
    importExtension: '.ts',
    generates: {
      'test/gql/': {
        preset: 'client',
        presetConfig: { fragmentMasking: false, gqlTagName: 'graphql' },
        config: {
          enumsAsTypes: true,
          useTypeImports: true,
          defaultScalarType: 'unknown',
          strictScalars: true,
          scalars: {
            ID: 'string',
            DateTime: 'string',
            Date: 'string',
            Decimal: 'string',
            CurrencyCode: 'string',
            URL: 'string',
            JSON: 'unknown',
          },
        },
      },
    },
  };
  return generate(config, false);
}

async function staleOf(files: readonly GeneratedFile[]): Promise<GeneratedFile[]> {
  const stale: GeneratedFile[] = [];
  for (const file of files) {
    const current = existsSync(file.filename) ? await readFile(file.filename, 'utf8') : null;
    if (current !== file.content) stale.push(file);
  }
  return stale;
}

await main();
