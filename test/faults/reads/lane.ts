import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Passing, WireFault } from '../../support/fault-proxy.ts';
import { CRMS, type CrmId } from '../account.ts';
import { type Rig, startRig } from '../rig.ts';
import { type Asked, ask, askInPeace } from './asked.ts';
import type { Strike } from './judge.ts';
import { fieldOf, kindOf, type Position, targetOf, withoutPage } from './positions.ts';
import type { ReadQuery } from './queries.ts';
import type { Struck } from './read-fault.ts';
import { Traffic } from './traffic.ts';
import { findTruth, type Truth } from './truth.ts';

/** By when the gateway of a lane answers a query, in milliseconds. */
const QUERY_TIMEOUT_MS = 4_000;

/** From which request on a CRM's connections are refused. */
export interface Refusal {
  readonly crm: CrmId;
  readonly after: number;
}

/** How often connections are tried that are refused, at most. */
const REFUSED_TIMES = 12;

interface Armed {
  readonly strike: Strike;
  first: string | null;
  times: number;
}

/** A gateway, what is true for it, and the requests its queries send. */
export class Lane {
  readonly rig: Rig;
  readonly truth: Truth;
  readonly positions: ReadonlyMap<ReadQuery, readonly Position[]>;
  /** Requests to another origin than the CRMs', of which there must be none. */
  strays = 0;
  readonly traffic: Traffic;
  /** By when the gateway answers a query, in milliseconds. */
  readonly timeoutMs: number;
  readonly #elsewhere: Server;
  #armed: Armed[] = [];

  private constructor(rig: Rig, truth: Truth, positions: Lane['positions'], elsewhere: Server, timeoutMs: number) {
    this.timeoutMs = timeoutMs;
    this.rig = rig;
    this.truth = truth;
    this.positions = positions;
    this.#elsewhere = elsewhere;
    this.traffic = new Traffic();
    elsewhere.on('connection', () => {
      this.strays += 1;
    });
    this.#watch();
  }

  static async start(timeoutMs = QUERY_TIMEOUT_MS): Promise<Lane> {
    const elsewhere = createServer((_request, response) => void response.end('{}'));
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const env = {
      LOG_LEVEL: 'trace',
      DEALGRAPH_QUERY_TIMEOUT_MS: String(timeoutMs),
      // Tables are read by every query, so that they can go wrong with every query.
      DEALGRAPH_REFERENCE_MAX_AGE_SECONDS: '0',
      // The machine that runs this may have other things to do.
      DEALGRAPH_MAX_LOOP_DELAY_MS: '0',
    };
    const rig = await startRig({ env });
    const truth = await findTruth(rig).catch(async (error: unknown) => {
      elsewhere.close();
      await rig.close();
      throw error;
    });
    const positions = new Map<ReadQuery, readonly Position[]>();
    for (const query of truth.queries) positions.set(query, await survey(rig, query));
    return new Lane(rig, truth, positions, elsewhere, timeoutMs);
  }

  /** The queries and requests there are, in a fixed order. */
  get places(): readonly { readonly query: ReadQuery; readonly position: Position }[] {
    return [...this.positions].flatMap(([query, all]) => all.map((position) => ({ query, position })));
  }

  ask(query: ReadQuery): Promise<Asked> {
    return ask(this.rig.url, query.document, query.variables);
  }

  /** Asks while nothing goes wrong. */
  askInPeace(query: ReadQuery): Promise<Asked> {
    return askInPeace(this.rig.url, query.document, query.variables);
  }

  arm(strikes: readonly Strike[]): void {
    this.#armed = strikes.map((strike) => ({ strike, first: null, times: 0 }));
  }

  /** Refuses connections after so many requests to a CRM. */
  async refuse({ crm, after }: Refusal): Promise<void> {
    await this.rig.accounts[crm].proxy.refuseAfter(after);
    // What does not come is not seen, and sent again all the same.
    for (let times = 0; times < REFUSED_TIMES; times += 1) this.traffic.saw(crm, 'AGAIN');
  }

  /** How often each strike came about. */
  get struck(): readonly number[] {
    return this.#armed.map(({ times }) => times);
  }

  /** Nothing goes wrong any more. */
  async heal(): Promise<void> {
    this.#armed = [];
    await Promise.all(CRMS.map((crm) => this.rig.accounts[crm].proxy.heal()));
    this.#watch();
  }

  /** Another gateway, which knows nothing of what the accounts said. */
  async restart(): Promise<void> {
    this.rig.kill();
    await this.rig.ended();
    await this.rig.start();
    this.traffic.forget();
  }

  async close(): Promise<void> {
    this.#elsewhere.closeAllConnections();
    this.#elsewhere.close();
    await this.rig.close();
  }

  #watch(): void {
    for (const crm of CRMS) this.rig.accounts[crm].proxy.meddle((request) => this.#meet(crm, request));
  }

  #meet(crm: CrmId, request: Passing): WireFault | null {
    const target = targetOf(request);
    const armed = this.#armed.find((one) => one.strike.position.crm === crm && isStruck(one, target));
    const again = armed?.strike.fault.isTransient || armed?.strike.fault.isSlow;
    this.traffic.saw(crm, armed === undefined ? null : again ? 'AGAIN' : 'ONCE');
    if (armed === undefined) return null;
    armed.times += 1;
    armed.first ??= request.target;
    const struck: Struck = {
      position: armed.strike.position,
      secrets: secretsOf(this.rig, crm),
      elsewhere: `http://127.0.0.1:${(this.#elsewhere.address() as AddressInfo).port}/`,
      times: armed.times,
      target: request.target,
      first: armed.first,
    };
    return armed.strike.fault.make(struck);
  }
}

function isStruck({ strike: { position, fault, every }, times }: Armed, target: string): boolean {
  if (!every && times > 0) return false;
  return fault.followsPages ? withoutPage(target) === withoutPage(position.target) : target === position.target;
}

/** The credentials of a CRM's account. */
export function secretsOf(rig: Rig, crm: CrmId): readonly string[] {
  return Object.entries(rig.accounts[crm].env).flatMap(([name, value]) => (/TOKEN|KEY/.test(name) ? [value] : []));
}

/** The requests of a query, each with the fields it is sent for; one of those that differ in the record only. */
async function survey(rig: Rig, query: ReadQuery): Promise<readonly Position[]> {
  const receipt = 'upstream { calls { crm path because } }';
  const at = query.document.lastIndexOf('}');
  const { data } = await askInPeace(rig.url, `${query.document.slice(0, at)} ${receipt} }`, query.variables);
  const positions = new Map<string, Position>();
  for (const { crm, path, because } of data.upstream.calls as { crm: CrmId; path: string; because: string[] }[]) {
    const target = decodeURIComponent(path);
    const template = `${crm} ${target.replace(/\/\d+/g, '/{id}')}`;
    const known = positions.get(template);
    const fields = [...(known?.fields ?? []), ...because.map(fieldOf)];
    positions.set(template, { crm, target: known?.target ?? target, kind: kindOf(target), fields });
  }
  return [...positions.values()];
}
