import type { Random } from '../../kit/random.ts';
import type { FieldChange, Membership } from '../deal-records.ts';
import { customTexts } from '../history.ts';
import type { Deal } from '../records.ts';
import type { Store } from '../store.ts';
import { spaced } from '../v1.ts';
import { hoursAfter } from './time.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0';

type Step = Pick<FieldChange, 'field_key' | 'old_value' | 'new_value' | 'time'> & { readonly isCustom?: boolean };

/** How a deal came to be what it is: its changes add up to the deal, the last move of stage is at its stage time. */
export function seedHistory(store: Store, deal: Deal, random: Random): void {
  const steps = [...beginning(deal), ...edits(store, deal, random), ...moves(store, deal, random), ...ends(deal)];
  const inOrder = steps.toSorted((a, b) => (a.time === b.time ? 0 : a.time < b.time ? -1 : 1));
  for (const { isCustom = false, ...step } of inOrder) {
    const id = store.nextId(store.fieldChanges);
    const byApp = random.chance(0.8);
    store.fieldChanges.set(id, {
      ...step,
      id,
      deal_id: deal.id,
      actor_user_id: byApp ? deal.owner_id : store.caller.id,
      change_source: byApp ? 'app' : 'api',
      change_source_user_agent: byApp ? BROWSER : null,
      is_custom_field: isCustom,
    });
  }
}

function beginning(deal: Deal): Step[] {
  return [{ field_key: 'add_time', old_value: null, new_value: spaced(deal.add_time), time: deal.add_time }];
}

/** A moment between the addition of a deal and its last update; a share of 1 is the update. */
function moment(deal: Deal, share: number): string {
  const [from, until] = [Date.parse(deal.add_time), Date.parse(deal.update_time ?? deal.add_time)];
  return hoursAfter(deal.add_time, ((until - from) / 3_600_000) * share);
}

/** Corrections of the title and of custom fields that deals had before they were closed. */
function edits(store: Store, deal: Deal, random: Random): Step[] {
  if (deal.update_time === null) return [];
  const steps: Step[] = [];
  if (random.chance(0.4)) {
    const old_value = `${deal.title.slice(0, 40)} (draft)`;
    steps.push({ field_key: 'title', old_value, new_value: deal.title, time: moment(deal, 0.2) });
  }
  const filled = store.fields.deal.filter(({ field_code }) => deal.custom_fields[field_code] !== undefined);
  if (filled.length > 0 && random.chance(0.5)) {
    const field = random.pick(filled);
    for (const [field_key, new_value] of customTexts(field, deal.custom_fields[field.field_code])) {
      if (new_value !== null) {
        steps.push({ field_key, old_value: null, new_value, time: moment(deal, 0.3), isCustom: true });
      }
    }
  }
  return steps;
}

/** The way through the stages of its pipeline, up to the last move. */
function moves(store: Store, deal: Deal, random: Random): Step[] {
  const last = deal.stage_change_time;
  if (last === null) return [];
  const others = store.stagesOf(deal.pipeline_id).filter(({ id }) => id !== deal.stage_id);
  const way = others.slice(0, random.int(1, 2)).map(({ id }) => String(id));
  return [...way, String(deal.stage_id)].slice(1).map((new_value, index, all) => ({
    field_key: 'stage_id',
    old_value: way[index] ?? null,
    new_value,
    time: index === all.length - 1 ? last : moment(deal, 0.5),
  }));
}

/** What closed, archived and deleted deals went through. */
function ends(deal: Deal): Step[] {
  const steps: Step[] = [];
  const add = (field_key: string, old_value: string | null, new_value: string | null, time: string) =>
    steps.push({ field_key, old_value, new_value, time });
  const closed = deal.won_time ?? deal.lost_time;
  if (closed !== null) {
    add('status', 'open', deal.status, closed);
    if (deal.lost_reason !== null) add('lost_reason', null, deal.lost_reason, closed);
    add('close_time', null, spaced(deal.close_time), closed);
    add(deal.status === 'won' ? 'won_time' : 'lost_time', null, spaced(closed), closed);
  }
  if (deal.archive_time !== null) add('is_archived', '0', '1', deal.archive_time);
  if (deal.is_deleted) add('status', deal.status, 'deleted', deal.update_time ?? deal.add_time);
  return steps;
}

/** Who is on a deal and who follows it, since when; on some somebody has stopped following. */
export function seedMembers(store: Store, deal: Deal, random: Random): void {
  for (const person of store.peopleOf(deal)) {
    const { add_time, added_by_user_id } = store.participationOf(deal, person);
    log(store, store.participantChanges, deal, person, added_by_user_id, 'added', add_time);
  }
  if (random.chance(0.4)) return;
  const active = [...store.users.values()].filter(({ active_flag }) => active_flag);
  const time = hoursAfter(deal.add_time, 1);
  const following = new Set([random.pick(active).id, random.pick(active).id]);
  for (const user_id of following) {
    const id = store.nextId(store.followers);
    store.followers.set(id, { id, deal_id: deal.id, user_id, add_time: time });
    log(store, store.followerChanges, deal, user_id, deal.owner_id, 'added', time);
  }
  const gone = active.find(({ id }) => !following.has(id));
  if (gone && random.chance(0.3)) {
    log(store, store.followerChanges, deal, gone.id, gone.id, 'added', time);
    log(store, store.followerChanges, deal, gone.id, gone.id, 'removed', hoursAfter(time, 1));
  }
}

function log(
  store: Store,
  changes: Map<number, Membership>,
  deal: Deal,
  member_id: number,
  actor_user_id: number,
  action: Membership['action'],
  time: string,
): void {
  const id = store.nextId(changes);
  changes.set(id, { id, deal_id: deal.id, actor_user_id, member_id, action, time });
}
