import { expect } from 'vitest';
import { remoteId } from '../gateway/writes/support.ts';
import { byDeal, expectNewestFirst, holds, ofDealWithMost } from './listed-part.ts';
import { type Data, type Operation, onBoth, onlyOn, v1, v3 } from './operation.ts';
import type { Place } from './place.ts';

const NOTES = [v1('GET /notes'), v3('GET /notes')];
/** What PipelineDeals keeps as a note, by the global id it is shown under. */
const noteOf = ({ gateway }: Place, id: string) => gateway.pipelinedeals.store.notes.get(remoteId(id));

/** Notes on deals. */
export const NOTES_OF_DEALS: readonly Operation[] = [
  {
    name: 'deal: list its notes, newest first',
    api: NOTES,
    covers: ['NOTE LIST', 'NOTE READ', 'NOTE SORT CREATED_AT'],
    document: byDeal('notes { nodes { id content createdAt } }'),
    variables: ofDealWithMost('notes'),
    expected: onBoth((data, place, variables) => {
      holds('notes', (_place, deal) => place.part('notes', deal))(data, place, variables);
      expectNewestFirst(data.deal.notes.nodes);
      const { store } = place.gateway[place.crm];
      for (const { id, content } of data.deal.notes.nodes) expect(content).toBe(store.notes.get(remoteId(id))?.content);
    }),
  },
  {
    name: 'deal: list its notes, those the CRM wrote itself included',
    api: NOTES,
    covers: ['NOTE LIST', 'NOTE FILTER includeSystem'],
    document: byDeal('notes(includeSystem: true) { nodes { id isSystem } }'),
    variables: ofDealWithMost('notes'),
    expected: onBoth((data, place, variables) => {
      const all = ({ crm, gateway }: Place, deal: string) =>
        crm === 'pipedrive'
          ? place.part('notes', deal)
          : [...gateway.pipelinedeals.store.notes.values()].flatMap(({ id, deal_id }) =>
              deal_id === remoteId(deal) ? id : [],
            );
      holds('notes', all)(data, place, variables);
    }),
  },
  {
    name: 'deal: read the headings and categories of its notes',
    api: [v3('GET /notes')],
    covers: ['NOTE READ title', 'NOTE READ category'],
    document: byDeal('notes { nodes { title category } }'),
    variables: (place) => {
      const id = place.dealWithMost('notes');
      const note = place.gateway.pipelinedeals.store.notes.get(place.part('notes', id)[0] ?? 0);
      if (note) note.title = 'Said by phone';
      return { id };
    },
    expected: onlyOn(
      'pipelinedeals',
      (data, place, { id }) => {
        const { notes: all, configuration } = place.gateway.pipelinedeals.store;
        const wanted = place.part('notes', String(id)).map((note) => {
          const record = all.get(note);
          const category = configuration.noteCategories.find((one) => one.id === record?.note_category_id);
          return { title: record?.title ?? null, category: category?.name };
        });
        expect(data.deal.notes.nodes).toHaveLength(wanted.length);
        expect(data.deal.notes.nodes).toEqual(expect.arrayContaining(wanted));
        expect(wanted).toContainEqual(expect.objectContaining({ title: 'Said by phone' }));
      },
      'ABSENT',
    ),
  },
  {
    name: 'deal: read the comments on its notes',
    api: [v3('GET /notes')],
    covers: ['NOTE READ comments'],
    document: byDeal('notes { nodes { id comments { content } } }'),
    variables: (place) => {
      if (place.crm === 'pipedrive') return { id: place.dealWithMost('notes') };
      const { store } = place.gateway.pipelinedeals;
      const id = place.dealWithMost('notes');
      const [note = 0] = place.part('notes', id);
      const [user = 0] = store.users.keys();
      const comment = store.nextId('comments');
      const at = Date.UTC(2026, 5, 2);
      store.comments.set(comment, {
        id: comment,
        note_id: note,
        user_id: user,
        comment: 'Well said',
        edited_by_user_id: null,
        created_at: at,
        updated_at: at,
      });
      return { id };
    },
    expected: onlyOn('pipelinedeals', (data, place) => {
      const { comments } = place.gateway.pipelinedeals.store;
      const all = data.deal.notes.nodes.flatMap((note: Data) => note.comments);
      expect(all).toContainEqual({ content: 'Well said' });
      for (const { id, comments: read } of data.deal.notes.nodes) {
        const own = [...comments.values()].filter(({ note_id }) => note_id === noteOf(place, id)?.id);
        expect(read).toHaveLength(own.length);
      }
    }),
  },
  {
    name: 'deal: read which of its notes are pinned',
    api: [v1('GET /notes')],
    covers: ['NOTE READ isPinned'],
    document: byDeal('notes { nodes { id isPinned } }'),
    variables: ofDealWithMost('notes'),
    expected: onlyOn(
      'pipedrive',
      (data, { gateway }) => {
        expect(data.deal.notes.nodes.length).toBeGreaterThan(0);
        for (const { id, isPinned } of data.deal.notes.nodes) {
          expect(isPinned).toBe(gateway.pipedrive.store.notes.get(remoteId(id))?.is_pinned_to_deal);
        }
      },
      'ABSENT',
    ),
  },
];
