import { expect, it } from 'vitest';
import { type Data, useReads } from '../reads/support.ts';

const reads = useReads({ pipedrive: { deals: 5 }, pipelinedeals: { deals: 20, dialect: 'seed' } });

it('what hangs on a deal is read from the older dialect as well', async () => {
  const { deals } = await reads.data(`{ deals(crms: ["pipelinedeals"], first: 20) { nodes {
    notes { nodes { content author { name } } } files { nodes { name } } mailMessages { nodes { body } }
    activities { nodes { subject owner { name } } } feed { nodes { kind at } }
    details { noteCount activityCount nextActivity { id subject isDone } participantCount } } } }`);
  const all = (name: string) => deals.nodes.flatMap((deal: Data) => deal[name].nodes);
  for (const name of ['notes', 'files', 'mailMessages', 'activities', 'feed']) expect(all(name)).not.toEqual([]);
  expect(all('activities').every(({ owner }: Data) => owner.name !== '')).toBe(true);
  expect(deals.nodes.some(({ details }: Data) => details.nextActivity !== null)).toBe(true);
  for (const { notes, activities, details } of deals.nodes) {
    expect(details).toMatchObject({ noteCount: notes.nodes.length, activityCount: activities.nodes.length });
  }
});
