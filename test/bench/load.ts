import { Pool } from 'undici';
import { answerQuestions } from './questions.ts';
import { requestFor, type ServerName, type WorkloadName } from './workloads.ts';

/** A stretch of load: every connection sends its next request when its last one is answered. */
export interface Job {
  readonly url: string;
  readonly server: ServerName;
  readonly workload: WorkloadName;
  readonly connections: number;
  /** No request is begun later than this; those begun are waited for. */
  readonly durationMs: number;
  /** The first request's number; those that follow count up. */
  readonly firstKey: number;
}

/** What a stretch of load met with. */
export interface LoadResult {
  readonly answers: number;
  /** Answers that are not 200, or tell of errors. */
  readonly failures: number;
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What the parent process may ask of the load generator. */
export interface LoadQuestions {
  run: { ask: Job; answer: LoadResult };
}

answerQuestions<LoadQuestions>({ run });

async function run({ url, server, workload, connections, durationMs, firstKey }: Job): Promise<LoadResult> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const latencies: number[] = [];
  let failures = 0;
  let key = firstKey;
  const startedAt = performance.now();
  const connection = async () => {
    while (performance.now() - startedAt < durationMs) {
      const request = requestFor(server, workload, key);
      key += 1;
      const sentAt = performance.now();
      const { statusCode, body } = await pool.request(request);
      const bytes = Buffer.from(await body.arrayBuffer());
      latencies.push(performance.now() - sentAt);
      if (statusCode !== 200 || bytes.includes('"errors":')) failures += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const elapsedMs = performance.now() - startedAt;
  await pool.close();
  latencies.sort((a, b) => a - b);
  return {
    answers: latencies.length,
    failures,
    elapsedMs,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/** The smallest value that this share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
