import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/**
 * The arrows between the folders of `src`: who may import whom. Files at the top compose and may import anything; so
 * may `sandbox/main.ts`, which is a program of its own.
 */
const ARROWS: Record<string, readonly string[]> = {
  domain: [],
  transport: ['domain'],
  adapters: ['domain', 'transport'],
  loaders: ['domain'],
  secrets: [],
  journal: ['domain', 'secrets'],
  connections: ['domain', 'secrets', 'transport'],
  writes: ['domain', 'loaders', 'journal'],
  plan: ['domain'],
  execution: ['plan'],
  schema: ['domain', 'loaders', 'plan', 'writes'],
  config: ['adapters', 'domain'],
  server: ['domain', 'loaders', 'plan', 'execution', 'schema', 'transport', 'config'],
  sandbox: [],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

const imports = files.flatMap((file) =>
  Array.from(readFileSync(join(SRC, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g), ([, target]) => ({
    file,
    to: relative(SRC, resolve(SRC, dirname(file), target as string)),
  })),
);

const room = (file: string) =>
  file.includes('/') && file !== 'sandbox/main.ts' ? (file.split('/')[0] as string) : 'top';

it('imports run along the arrows', () => {
  const against = imports.filter(({ file, to }) => {
    const from = room(file);
    return from !== 'top' && room(to) !== from && !ARROWS[from]?.includes(room(to));
  });
  expect(against).toEqual([]);
});

it('draws an arrow only where there is an import, and knows every folder', () => {
  const drawn = Object.entries(ARROWS).flatMap(([from, targets]) => targets.map((to) => `${from} → ${to}`));
  const real = new Set(imports.map(({ file, to }) => `${room(file)} → ${room(to)}`));
  expect(drawn.filter((arrow) => !real.has(arrow))).toEqual([]);
  expect(Object.keys(ARROWS).sort()).toEqual([...new Set(files.map(room))].filter((r) => r !== 'top').sort());
});

it('files do not import each other in a circle, types included', () => {
  const targets = new Map(files.map((file) => [file, imports.filter((one) => one.file === file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  function visit(file: string, path: readonly string[]): void {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    done.add(file);
    for (const { to } of targets.get(file) ?? []) visit(to, [...path, file]);
  }
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

it('adapters know nothing of each other, and neither do sandbox CRMs', () => {
  const between = imports.filter(({ file, to }) => {
    const [a, b] = [file.split('/'), to.split('/')];
    return a.length === 3 && b.length === 3 && a[0] === b[0] && a[1] !== b[1] && b[1] !== 'kit';
  });
  expect(between).toEqual([]);
});

it('the schema knows no CRM by name', () => {
  const named = files
    .filter((file) => ['schema', 'loaders', 'domain', 'writes', 'journal', 'transport', 'server'].includes(room(file)))
    .filter((file) => /from '[^']*pipe(drive|linedeals)/.test(readFileSync(join(SRC, file), 'utf8')));
  expect(named).toEqual([]);
});
