/** Whether something holds; `null` where that cannot be told yet. */
export type Verdict = boolean | null;

/** Whether all of them hold: one that does not decides, whatever the others are. */
export function allHold<T>(parts: readonly T[], judge: (part: T) => Verdict): Verdict {
  let verdict: Verdict = true;
  for (const part of parts) {
    const one = judge(part);
    if (one === false) return false;
    if (one === null) verdict = null;
  }
  return verdict;
}

/** Whether one of them holds: one that does decides, whatever the others are. */
export function anyHolds<T>(parts: readonly T[], judge: (part: T) => Verdict): Verdict {
  return contrary(allHold(parts, (part) => contrary(judge(part))));
}

export function contrary(verdict: Verdict): Verdict {
  return verdict === null ? null : !verdict;
}
