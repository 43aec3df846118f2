/**
 * The ids of records that were given, in as little text as that takes: most are close to the one before them. Ids are
 * whole numbers below 2^53.
 */
export function writeIds(ids: Iterable<number>): string {
  const bytes: number[] = [];
  let before = 0;
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    let step = id - before;
    before = id;
    // Seven bits a byte, the lowest first; a set eighth bit says that more follow.
    for (; step >= 0x80; step = Math.floor(step / 0x80)) bytes.push((step % 0x80) + 0x80);
    bytes.push(step);
  }
  return Buffer.from(bytes).toString('base64url');
}

/** What `writeIds` wrote. */
export function readIds(text: string): Set<number> {
  const ids = new Set<number>();
  let id = 0;
  let weight = 1;
  for (const byte of Buffer.from(text, 'base64url')) {
    id += (byte % 0x80) * weight;
    weight *= 0x80;
    if (byte >= 0x80) continue;
    ids.add(id);
    weight = 1;
  }
  return ids;
}
