import { expect } from 'vitest';
import { remoteId } from '../gateway/writes/support.ts';
import { byDeal, holds, ofDealWithMost } from './listed-part.ts';
import { type Data, type Operation, onBoth, onlyOn, v1, v3 } from './operation.ts';
import type { Place } from './place.ts';

const FILES = [v1('GET /deals/:id/files'), v3('GET /documents')];

/** Files of deals. */
export const FILES_OF_DEALS: readonly Operation[] = [
  {
    name: 'deal: list its files',
    api: FILES,
    covers: ['FILE LIST', 'FILE READ', 'FILE READ sizeBytes', 'FILE READ downloadUrl'],
    document: byDeal('files { nodes { id name sizeBytes downloadUrl } }'),
    variables: ofDealWithMost('files'),
    expected: onBoth(async (data, place, variables) => {
      holds('files', (_place, deal) => place.part('files', deal))(data, place, variables);
      const { pipedrive, pipelinedeals } = place.gateway;
      const documents =
        place.crm === 'pipedrive'
          ? []
          : (await place.own('/documents', { deal_id: `${remoteId(variables.id)}` })).entries;
      for (const { id, name, sizeBytes, downloadUrl } of data.deal.files.nodes) {
        expect(downloadUrl).toMatch(/^https?:\/\//);
        const file = pipedrive.store.files.get(remoteId(id));
        if (place.crm === 'pipedrive') expect([name, sizeBytes]).toEqual([file?.name, file?.file_size]);
        else {
          expect(name).toBe(pipelinedeals.store.documents.get(remoteId(id))?.title);
          const { size_in_k } = documents.find((one: Data) => one.id === remoteId(id));
          expect(sizeBytes).toBe(Math.round(Number(size_in_k) * 1_024));
        }
      }
    }),
  },
  ...(['CREATED_AT', 'UPDATED_AT'] as const).flatMap((field) =>
    (['ASC', 'DESC'] as const).map(
      (direction): Operation => ({
        name: `deal: list its files in order of ${field}, ${direction}`,
        api: FILES,
        covers: ['FILE LIST', `FILE SORT ${field}`],
        document: byDeal('files(orderBy: $orderBy) { nodes { id createdAt updatedAt } }', ', $orderBy: FileOrder'),
        variables: (place) => ({ id: place.dealWithMost('files'), orderBy: { field, direction } }),
        expected: onBoth((data, place, variables) => {
          holds('files', (_place, deal) => place.part('files', deal))(data, place, variables);
          const times = data.deal.files.nodes.map(({ createdAt, updatedAt }: Data) =>
            field === 'CREATED_AT' ? createdAt : updatedAt,
          );
          expect(times).toEqual(direction === 'ASC' ? times.toSorted() : times.toSorted().toReversed());
        }),
      }),
    ),
  ),
  {
    name: 'deal: list its files, deleted ones included',
    api: [v1('GET /deals/:id/files')],
    covers: ['FILE FILTER includeDeleted'],
    document: byDeal('files(includeDeleted: true) { nodes { id isDeleted } }'),
    variables: (place) => {
      const deleted = [...place.gateway.pipedrive.store.files.values()].filter(({ is_deleted }) => is_deleted);
      const own = place.crm === 'pipedrive' ? deleted.map(({ deal_id }) => place.id('Deal', deal_id)) : [];
      return { id: place.listed().find(({ id }) => own.includes(id))?.id ?? place.sample().id };
    },
    expected: onlyOn('pipedrive', (data, place, variables) => {
      const { store } = place.gateway.pipedrive;
      const all = (_place: Place, deal: string) =>
        [...store.files.values()].flatMap(({ id, deal_id }) => (deal_id === remoteId(deal) ? id : []));
      holds('files', all)(data, place, variables);
      expect(data.deal.files.nodes.map(({ isDeleted }: Data) => isDeleted)).toContain(true);
    }),
  },
  {
    name: 'deal: read the descriptions of its files',
    api: [v1('GET /deals/:id/files')],
    covers: ['FILE READ description'],
    document: byDeal('files { nodes { description } }'),
    variables: (place) => {
      const id = place.dealWithMost('files');
      const own = place.gateway.pipedrive.store.files.get(place.part('files', id)[0] ?? 0);
      if (place.crm === 'pipedrive' && own) own.description = 'Signed';
      return { id };
    },
    expected: onlyOn(
      'pipedrive',
      (data) => expect(data.deal.files.nodes).toContainEqual({ description: 'Signed' }),
      'ABSENT',
    ),
  },
];
