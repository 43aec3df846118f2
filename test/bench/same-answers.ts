import { isDeepStrictEqual } from 'node:util';
import { request } from 'undici';
import type { Bench } from './bench.ts';
import { requestFor, SERVERS, type ServerName, WORKLOADS, type WorkloadName } from './workloads.ts';

/** Puts the same questions to all servers and throws unless the data of their answers is the same, and all there. */
export async function requireSameAnswers(bench: Bench, keys: readonly number[]): Promise<void> {
  for (const workload of WORKLOADS) {
    for (const key of keys) {
      const expected = await dataOf(bench, 'join', workload, key);
      for (const name of SERVERS) {
        const data = await dataOf(bench, name, workload, key);
        if (!isDeepStrictEqual(data, expected)) {
          throw new Error(
            `${name} answers ${workload} ${key} with ${brief(data)}, and the join with ${brief(expected)}`,
          );
        }
      }
      if (hasNull(expected)) throw new Error(`something is missing in the answer to ${workload} ${key}`);
    }
  }
}

/** The `data` of one answer. */
export async function dataOf(bench: Bench, name: ServerName, workload: WorkloadName, key: number): Promise<unknown> {
  const { path, ...init } = requestFor(name, workload, key);
  const { body } = await request(`${bench.servers[name].url}${path}`, init);
  const answer = (await body.json()) as { readonly data?: unknown; readonly errors?: unknown };
  if (answer.errors !== undefined) throw new Error(`${name} answers ${workload} ${key} with ${brief(answer.errors)}`);
  return answer.data;
}

function hasNull(value: unknown): boolean {
  if (typeof value !== 'object') return value === undefined;
  return value === null || Object.values(value).some(hasNull);
}

function brief(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 400) ?? 'nothing';
}
