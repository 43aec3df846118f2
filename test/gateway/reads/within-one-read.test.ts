import { expect, it } from 'vitest';
import type { SimResponse } from '../../../src/sandbox/kit/simulator.ts';
import { useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 20 }, pipelinedeals: { deals: 450 } });

it.each(['CREATED_AT', 'TITLE'])('deals deleted between the pages of one read by %s hide no others', async (field) => {
  const { pipelinedeals } = reads.gateway;
  pipelinedeals.reset();
  const list = async (): Promise<string[]> =>
    (
      await reads.data(
        `{ deals(crms: ["pipelinedeals"], first: 500, filter: { archived: INCLUDE }, orderBy: { field: ${field}, direction: DESC }) {
          nodes { remoteId }
        } }`,
      )
    ).deals.nodes.map(({ remoteId }: { remoteId: string }) => remoteId);
  const all = await list();
  expect(all).toHaveLength(450);

  // Page numbers shift by three once the first page is out.
  const handle = pipelinedeals.handle.bind(pipelinedeals);
  const deleted: string[] = [];
  pipelinedeals.handle = async (request): Promise<SimResponse> => {
    const answer = await handle(request);
    if (deleted.length === 0) {
      const { entries } = answer.body as { entries: { id: number }[] };
      for (const { id } of entries.slice(0, 3)) {
        if (pipelinedeals.store.deals.delete(id)) deleted.push(String(id));
      }
    }
    return answer;
  };
  const read = new Set(await list());
  pipelinedeals.handle = handle;

  expect(deleted).toHaveLength(3);
  expect(all.filter((id) => !read.has(id) && !deleted.includes(id))).toEqual([]);
});
