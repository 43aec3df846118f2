import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CodegenConfig, generate } from '@graphql-codegen/cli';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { capabilityTables } from './src/adapters/capability-table.ts';
import { adapterKinds } from './src/adapters/registry.ts';
import { schema } from './src/schema/index.ts';

/**
 * Writes `schema.graphql`, the typed documents of the tests and the table of capabilities in the README. With `--check` it writes nothing, and fails when a
 * file is not what it would write.
 */
async function main(): Promise<void> {
  const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
  const files = [{ filename: 'schema.graphql', content: sdl }, await readme(), ...(await typedDocuments(sdl))];
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

/** The README with the table of capabilities between its marks. */
async function readme(): Promise<GeneratedFile> {
  const text = await readFile('README.md', 'utf8');
  const marked = /(<!-- capabilities[^>]*-->\n)[\s\S]*(<!-- \/capabilities -->)/;
  if (!marked.test(text)) throw new Error('README.md has no marks for the table of capabilities');
  const tables = capabilityTables([...adapterKinds.values()]);
  return {
    filename: 'README.md',
    content: text.replace(marked, (_all, start, end) => `${start}\n${tables}\n\n${end}`),
  };
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
