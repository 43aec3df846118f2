import { Pool } from 'undici';
import { answerQuestions } from './questions.ts';
import { requestFor, type ServerName, type WireRequest, type WorkloadName } from './workloads.ts';

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
  let good: Buffer | null = null;
  const startedAt = performance.now();
  const connection = async () => {
    while (performance.now() - startedAt < durationMs) {
      const request = requestFor(server, workload, key);
      key += 1;
      const sentAt = performance.now();
      const answer = await send(pool, request);
      latencies.push(performance.now() - sentAt);
      // Looking through a page takes longer than all else here, and identical ones are the same bytes.
      if (answer.status === 200 && good?.equals(answer.body)) continue;
      if (answer.status === 200 && !answer.body.includes('"errors":')) good = answer.body;
      else failures += 1;
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

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** Without a stream for the body: whoever shares a core with the upstream stub is not to be what is measured. */
function send(pool: Pool, request: WireRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    pool.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => {
        status = statusCode;
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: () => {
        const [first] = chunks;
        resolve({ status, body: chunks.length === 1 && first ? first : Buffer.concat(chunks) });
      },
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

/** The smallest value that this share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
