import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { codesOf } from '../../support/callers.ts';
import { journalOf } from '../../support/journal.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { type ConnectedGateway, connectAs, connectionOf, startConnectedGateway } from './support.ts';

const open: ConnectedGateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

const READ = '{ deal(id: "pipedrive:Deal:1") { id } }';
const NOT_CONNECTED = { state: 'NOT_CONNECTED', expiresAt: null };

async function start(options: Parameters<typeof startConnectedGateway>[0] = {}) {
  const { logger, lines } = recordingLogger();
  const gateway = await startConnectedGateway({ ...options, logger });
  open.push(gateway);
  return { gateway, told: () => lines.filter(({ level }) => level === 40).map(({ msg }) => String(msg)) };
}

it.each(['restored', 'connected anew'])(
  'with damaged tokens the gateway starts, says so, serves the other CRM, and notices when they are %s',
  async (remedy) => {
    const { gateway, told } = await start();
    const name = path.join(gateway.dataDir, 'connections', 'pipedrive.json');
    const before = await readFile(name);
    await writeFile(name, '{"version":1}');
    await gateway.restart();
    expect(told()).toEqual([expect.stringMatching(/^the tokens of pipedrive in .* are damaged/)]);
    expect(await connectionOf(gateway)).toEqual(NOT_CONNECTED);
    const { errors, extensions } = await gateway.query(READ);
    expect([codesOf({ errors }), extensions?.upstream.requests]).toEqual([['UPSTREAM_UNAUTHORIZED'], 0]);
    expect((await gateway.query('{ deal(id: "pipelinedeals:Deal:1") { id } }')).errors).toBeUndefined();
    if (remedy === 'restored') await writeFile(name, before);
    else await connectAs(gateway.env);
    expect((await gateway.query(READ)).errors).toBeUndefined();
    expect((await connectionOf(gateway)).state).toBe('CONNECTED');
  },
);

it('a configured key is used in place of a file', async () => {
  const DEALGRAPH_SECRET_KEY = randomBytes(32).toString('base64');
  const { gateway } = await start({ env: { DEALGRAPH_SECRET_KEY } });
  expect(await readdir(gateway.dataDir)).not.toContain('secret.key');
  expect((await gateway.query(READ)).errors).toBeUndefined();
});

it('no token is in any answer, log line, metric or file, whatever the CRM echoes', async () => {
  const { logger, lines } = recordingLogger();
  const env = { DEALGRAPH_ALLOW_CALL_CRM: '1' };
  const gateway = await startConnectedGateway({ logger, env });
  open.push(gateway);
  const { oauth, faults, log } = gateway.pipedrive;
  oauth.rotatesRefreshTokens = true;
  const secrets = new Set<string>([oauth.app.clientSecret]);
  const outputs: string[] = [];
  const { handle } = gateway.pipedrive;
  gateway.pipedrive.handle = (request) => {
    const sent = request.headers.authorization?.replace(/^Bearer /, '');
    if (sent && !sent.startsWith('Basic ')) secrets.add(sent);
    return handle(request);
  };
  const QUERIES = [
    READ,
    '{ deals(first: 1) { nodes { id raw } } }',
    'mutation { addDeal(input: { crm: "pipedrive", title: "x" }) { outcome problems { message } } }',
    'mutation { callCrm(crm: "pipedrive", method: GET, path: "/api/v2/deals") { outcome body problems { message } } }',
    '{ crms { id connection { state expiresAt } } }',
  ];
  for (const query of QUERIES) outputs.push(JSON.stringify(await gateway.query(query)));
  for (const status of [200, 400, 401, 403, 500]) {
    const echo = JSON.stringify({ success: false, error: `invalid_grant? ${[...secrets].join(' ')}` });
    for (const query of QUERIES) {
      faults.set({
        kind: 'status',
        status,
        headers: { 'content-type': 'application/json' },
        body: echo,
        path: '/deals',
      });
      outputs.push(JSON.stringify(await gateway.query(query)));
    }
  }
  faults.set();
  await gateway.query(READ);
  for (const { body } of log) {
    const { refresh_token, code } = (body ?? {}) as Record<string, unknown>;
    for (const one of [refresh_token, code]) if (typeof one === 'string') secrets.add(one);
  }
  expect(oauth.requests.refresh).toBeGreaterThan(0);
  expect(secrets.size).toBeGreaterThanOrEqual(5);
  outputs.push(
    await (await fetch(new URL('/metrics', gateway.url))).text(),
    ...lines.map((line) => JSON.stringify(line)),
  );
  const files = await readdir(gateway.dataDir, { recursive: true, withFileTypes: true });
  for (const file of files.filter((one) => one.isFile())) {
    outputs.push(await readFile(path.join(file.parentPath, file.name), 'latin1'));
  }
  outputs.push(...(await journalOf(gateway.dataDir)));
  const all = outputs.join('\n');
  for (const secret of secrets) {
    for (const spelling of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, 40)]) {
      expect(all.includes(spelling)).toBe(false);
    }
  }
});
