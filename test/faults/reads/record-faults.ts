import { LosslessNumber } from 'lossless-json';
import { formatJson, parseJson } from '../../../src/sandbox/kit/json.ts';
import type { WireAnswer, WireFault } from '../../support/fault-proxy.ts';
import type { Position } from './positions.ts';
import type { Codes, ReadFault, Struck } from './read-fault.ts';

type Json = Record<string, unknown>;
/** What a CRM says in place of something else. */
type Change = (said: Json, request: Pick<Struck, 'times' | 'target'>) => Json;

const INVALID = (): Codes => ['UPSTREAM_INVALID_RESPONSE'];
const NOTHING = (): Codes => [];
/** A list that seems to be far too long may also be refused for that. */
const ENDLESS = (): Codes => ['UPSTREAM_INVALID_RESPONSE', 'BUDGET_EXCEEDED'];
/** PipelineDeals' lists have nothing but page numbers, so that what comes twice has moved. */
const MOVED = ({ crm, kind }: Position): Codes =>
  crm === 'pipelinedeals' && kind === 'list' ? ['UPSTREAM_UNAVAILABLE'] : [];
const HUGE = '9'.repeat(400);
const ODD_KEYS = { constructor: 1, toString: { title: 'x' }, hasOwnProperty: null, length: -1 };

const holdsRecords = ({ kind }: Position) => kind !== 'one';
const isMany = ({ kind }: Position) => kind !== 'one' && kind !== 'record';
const isPaged = ({ target }: Position) => /[?&](limit|per_page)=/.test(target);
const ofDeals = ({ target }: Position) => /\/deals(\.json|\?|\/\d)/.test(target) && !target.includes('deal_id');
const onPipedrive = ({ crm }: Position) => crm === 'pipedrive';
const onPipelineDeals = ({ crm }: Position) => crm === 'pipelinedeals';
const isRecord = ({ kind }: Position) => kind === 'record';
const isBatch = ({ kind }: Position) => kind === 'batch';
const isParts = ({ kind }: Position) => kind === 'parts';

/** Answers of the right shape that say something wrong. */
export const RECORD_FAULTS: readonly ReadFault[] = [
  said('another record than asked for', INVALID, isRecord, each({ id: 424_242 })),
  said('records nobody asked for', INVALID, isBatch, each({ id: 424_242 })),
  said('parts of deals nobody asked for', INVALID, isParts, each({ deal_id: 424_242 })),
  said('records twice', MOVED, isMany, (all) => put(all, (records) => records.flatMap((one) => [one, one]))),
  said('nothing among the records', INVALID, isMany, (all) => put(all, (records) => [...records, null])),
  said('records without an id', INVALID, holdsRecords, each({ id: undefined })),
  said('ids that are none', (at) => [...INVALID(), ...MOVED(at)], holdsRecords, each({ id: '../1' })),
  said('keys that mean something to JavaScript', NOTHING, holdsRecords, each(ODD_KEYS)),
  said('titles that are none', INVALID, ofDeals, each({ title: 7, name: 7 })),
  said('a status nobody knows', INVALID, (at) => ofDeals(at) && onPipedrive(at), each({ status: 'odd' })),
  said('times that are none', INVALID, ofDeals, each({ add_time: 'now', created_at: 'now' })),
  {
    ...said('amounts of 400 digits', INVALID, ofDeals, each({ value: new LosslessNumber(HUGE) })),
    alters: (path, value) => path.at(-1) === 'amount' && value === HUGE,
  },
  pages('the same cursor over and over', onPipedrive, (all) => ({ ...all, additional_data: { next_cursor: 'again' } })),
  pages('a new cursor with every page', onPipedrive, (all, { times }) => ({
    ...all,
    additional_data: { next_cursor: `more-${times}` },
  })),
  pages('a new cursor with empty pages', onPipedrive, (all, { times }) => ({
    ...all,
    additional_data: { next_cursor: `more-${times}` },
    ...(times > 1 && { data: [] }),
  })),
  pages('pages without an end', onPipelineDeals, (all, { target }) => {
    const page = Number(/[?&]page=(\d+)/.exec(target)?.[1]);
    return { ...all, pagination: { ...(all.pagination as Json), page, pages: 1_000_000_000, total: 200_000_000_000 } };
  }),
  pages('another page than asked for', onPipelineDeals, (all) => ({
    ...all,
    pagination: { ...(all.pagination as Json), page: 77 },
  })),
];

/** Puts other records in the place of those of either CRM's answer. */
function put(all: Json, change: (records: readonly unknown[]) => readonly unknown[]): Json {
  const { data, entries } = all;
  if (Array.isArray(data)) return { ...all, data: change(data) };
  if (Array.isArray(entries)) return { ...all, entries: change(entries) };
  if (typeof data === 'object' && data !== null) return { ...all, data: change([data])[0] };
  return change([all])[0] as Json;
}

/** Has each record say this. */
function each(over: Json): Change {
  return (all) => put(all, (records) => records.map((one) => ({ ...(one as Json), ...over })));
}

function said(name: string, codes: ReadFault['codes'], fits: (at: Position) => boolean, change: Change): ReadFault {
  return {
    name,
    codes,
    fits,
    make: (struck) => ({ kind: 'answer', of: (real) => rewritten(real, change, struck) }),
  };
}

/** What is wrong with the pages of a list: right as far as it goes, or told. */
function pages(name: string, fits: (at: Position) => boolean, change: Change): ReadFault {
  const fault = said(name, ENDLESS, (at) => isPaged(at) && fits(at), change);
  // However a further page is asked for, it is the first that comes again.
  const make = (struck: Struck) => ({ ...fault.make(struck), target: struck.first }) as WireFault;
  return { ...fault, make, followsPages: true };
}

function rewritten(real: WireAnswer, change: Change, struck: Struck): WireAnswer {
  const all = parseJson(real.body.toString()) as Json;
  return { ...real, body: Buffer.from(formatJson(change(all, struck))) };
}
