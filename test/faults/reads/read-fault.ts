import type { WireAnswer, WireFault } from '../../support/fault-proxy.ts';
import type { Position } from './positions.ts';

/** A request that is struck, and what a fault may use of it to do harm. */
export interface Struck {
  readonly position: Position;
  /** Credentials of the CRM's account, for answers that give them away. */
  readonly secrets: readonly string[];
  /** An origin that must never be asked anything. */
  readonly elsewhere: string;
  /** Counts the times the position was struck, from 1. */
  readonly times: number;
  /** What is asked for now, and was at first, as it came. */
  readonly target: string;
  readonly first: string;
}

/** Codes of errors that a fault may lead to. Without any, what is answered has to be right. */
export type Codes = readonly string[];

/** Something that goes wrong with what a read asks of a CRM. */
export interface ReadFault {
  readonly name: string;
  make(struck: Struck): WireFault;
  /** What may be told of it, where it strikes every time. */
  codes(position: Position): Codes;
  /** It passes, so that one strike has to leave no trace. */
  readonly isTransient?: boolean;
  /** Where it makes sense; everywhere by default. */
  fits?(position: Position): boolean;
  /** Whether it cannot be told from a CRM that does not have the record. */
  hides?(position: Position): boolean;
  /** The requests for further pages of the same are struck as well. */
  readonly followsPages?: boolean;
  /** Afterwards the account is left alone for a while, so that the next case needs another gateway. */
  readonly leavesAccount?: 'RESTING';
  /** It lasts until the operation's time is over. */
  readonly isSlow?: boolean;
  /** Faults of one name here that take turns: each request is struck by one of them, as all take long. */
  readonly turns?: string;
  /** Values that are not what the store has, and rightly so: the CRM said them. */
  alters?(path: readonly (string | number)[], value: unknown): boolean;
}

/** What the CRM says in refusals, none of which may get out. */
export const CRM_TEXT = 'words-of-the-crm';

/** JSON in place of what the CRM answered, with its other headers. */
export function json(body: unknown, over: Partial<WireAnswer> = {}): (real: WireAnswer) => WireAnswer {
  return text(JSON.stringify(body), over);
}

export function text(body: string | Buffer, over: Partial<WireAnswer> = {}): (real: WireAnswer) => WireAnswer {
  return (real) => ({
    ...real,
    ...over,
    headers: { ...real.headers, ...over.headers },
    body: Buffer.from(body as string),
  });
}

/** Words of a refusal that give away what they must not. */
export function refusalOf({ secrets }: Struck): unknown {
  return {
    success: false,
    error: `${CRM_TEXT} ${secrets.join(' ')}`,
    message: CRM_TEXT,
    errors: [CRM_TEXT, ...secrets],
  };
}
