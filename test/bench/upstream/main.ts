import { createServer } from 'node:http';
import { answerQuestions } from '../questions.ts';
import { answerTo } from './answers.ts';

/** What the parent process may ask of the stub. */
export interface StubQuestions {
  /** Answers late by this many milliseconds, and lists this many deals, from now on. */
  set: { ask: { readonly latencyMs: number; readonly deals: number }; answer: null };
  /** How many requests there were since the start. */
  requests: { ask: null; answer: number };
}

let latencyMs = 0;
let deals = 0;
let requests = 0;

const server = createServer((request, response) => {
  requests += 1;
  const body = answerTo(request.url ?? '', deals);
  const send = () => {
    response.writeHead(body ? 200 : 404, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body?.length ?? 0,
    });
    response.end(body);
  };
  if (latencyMs === 0) send();
  else setTimeout(send, latencyMs);
});
server.keepAliveTimeout = 120_000;
server.listen(Number(process.env.PORT), '127.0.0.1');

answerQuestions<StubQuestions>({
  set(ask) {
    ({ latencyMs, deals } = ask);
    return null;
  },
  requests: () => requests,
});
