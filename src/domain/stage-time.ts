import type { Deal } from './deal.ts';
import type { Instant } from './time.ts';

/** A deal moving from one stage to another. */
export interface StageMove {
  /** Remote ids of stages. */
  readonly from: string | null;
  readonly to: string | null;
  readonly at: Instant;
}

/** How long a deal has been in a stage, all its stays there together. */
export interface StageTime {
  /** Remote id. */
  readonly stage: string;
  readonly seconds: number;
  /** When it first came there. */
  readonly enteredAt: Instant;
}

/** Seconds since a deal was created; for a closed deal, until it was closed. */
export function ageSeconds(deal: Deal, now: Instant): number | null {
  return deal.createdAt === null ? null : secondsBetween(deal.createdAt, endOf(deal, now));
}

/**
 * How long a deal has been in each of its stages, in the order it first came there, from all its moves so far, oldest
 * first.
 */
export function stageTimes(deal: Deal, moves: readonly StageMove[], now: Instant): readonly StageTime[] {
  if (deal.createdAt === null) return [];
  const end = endOf(deal, now);
  const times = new Map<string, { ms: number; enteredAt: Instant }>();
  const [first] = moves;
  let stage = first ? first.from : (deal.stage?.ref.id ?? null);
  let since = deal.createdAt;
  for (const { to, at } of [...moves, { to: null, at: end }]) {
    if (stage !== null) {
      const time = times.get(stage) ?? { ms: 0, enteredAt: since };
      time.ms += Math.max(0, Math.min(at, end) - since);
      times.set(stage, time);
    }
    stage = to;
    since = at;
  }
  return Array.from(times, ([id, { ms, enteredAt }]) => ({ stage: id, seconds: Math.floor(ms / 1000), enteredAt }));
}

function endOf(deal: Deal, now: Instant): Instant {
  return deal.closedAt ?? now;
}

function secondsBetween(from: Instant, to: Instant): number {
  return Math.max(0, Math.floor((to - from) / 1000));
}
