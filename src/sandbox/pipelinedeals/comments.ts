import type { SimResponse } from '../kit/simulator.ts';
import type { Call } from './account.ts';
import { empty, type Issue } from './answers.ts';
import { assign, type Casts, type Patch, required, requiredText } from './casts.ts';
import { commentView, newestFirst } from './comment-view.ts';
import { notes } from './notes.ts';
import type { CommentRecord, NoteRecord } from './records.ts';
import { createRecord, deleteRecord, find, getRecord, listRecords, type Resource, updateRecord } from './resource.ts';

/** PipelineDeals API v3, `/notes/:id/comments`. */
export const comments = {
  list: (call: Call) => onNote(call, (resource) => listRecords(resource, call)),
  create: (call: Call) => onNote(call, (resource) => createRecord(resource, call)),
  get: (call: Call) => onNote(call, (resource) => getRecord(resource, call, commentId(call))),
  update: (call: Call) => onNote(call, (resource) => updateRecord(resource, call, commentId(call))),
  remove: (call: Call) => onNote(call, (resource) => deleteRecord(resource, call, commentId(call))),
};

function onNote(call: Call, answer: (resource: Resource<CommentRecord>) => SimResponse): SimResponse {
  const note = find(notes, call.store, call.request.params.id ?? '');
  return note ? answer(commentsOf(note)) : empty(404);
}

function commentId(call: Call): string {
  return call.request.params.commentId ?? '';
}

const CASTS: Casts<CommentRecord> = { comment: requiredText };

/** The comments of one note; those of others are out of reach. */
function commentsOf(note: NoteRecord): Resource<CommentRecord> {
  return {
    wrapper: 'comment',
    records: (store) => store.comments,
    reachable: (_store, comment) => comment.note_id === note.id,
    associations: {},
    conditions: () => ({}),
    order: newestFirst,
    view: commentView,
    draft: (call) => ({
      id: 0,
      created_at: call.now,
      updated_at: call.now,
      note_id: note.id,
      user_id: call.user.id,
      comment: '',
      edited_by_user_id: null,
    }),
    nextId: (store) => store.nextId('comments'),
    write,
    written: (call) => {
      note.updated_at = call.now;
    },
  };
}

function write(call: Call, comment: CommentRecord, patch: Patch, before: CommentRecord | null): Issue[] {
  if (before && comment.user_id !== call.user.id) comment.edited_by_user_id = call.user.id;
  return [...assign(comment, patch, CASTS), ...required(comment, 'comment')];
}
