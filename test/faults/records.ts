/** The CRM's own id in a global one. */
export function remoteId(id: string): number {
  return Number(id.split(':').at(-1));
}

/** Adds copies of any record of a collection, with some attributes of their own. */
export function copies<T extends { id: number }>(
  records: Map<number, T>,
  count: number,
  nextId: () => number,
  own: Partial<T>,
): void {
  const [model] = records.values();
  if (!model) throw new Error('the seed has nothing to copy');
  for (let index = 0; index < count; index += 1) {
    const id = nextId();
    records.set(id, { ...model, ...own, id });
  }
}
