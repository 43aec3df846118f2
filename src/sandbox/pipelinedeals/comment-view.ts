import type { Call } from './account.ts';
import type { CommentRecord, NoteRecord } from './records.ts';
import { userName } from './subjects.ts';
import { formatInstant } from './zone.ts';

/** Of old, a note showed its comments as the first page of so many. */
const OLD_PER_PAGE = 30;

/** A comment as every answer shows it. */
export function commentView(call: Call, comment: CommentRecord): Record<string, unknown> {
  const user = userName(call, comment.user_id);
  return {
    id: comment.id,
    user_id: comment.user_id,
    note_id: comment.note_id,
    comment: comment.comment,
    created_at: formatInstant(comment.created_at),
    updated_at: formatInstant(comment.updated_at),
    edited_by_user_id: comment.edited_by_user_id,
    user: user && { ...user, avatar_thumb_url: null },
  };
}

/** The comments inside their note, newest first; of old with a pagination of their own. */
export function commentsOfNote(call: Call, note: NoteRecord): Record<string, unknown> {
  const own = [...call.store.comments.values()].filter((comment) => comment.note_id === note.id).toSorted(newestFirst);
  if (call.dialect === 'today') return { entries: own.map((comment) => commentView(call, comment)) };
  return {
    entries: own.slice(0, OLD_PER_PAGE).map((comment) => commentView(call, comment)),
    pagination: {
      page: 1,
      page_var: 'page',
      per_page: OLD_PER_PAGE,
      pages: Math.max(1, Math.ceil(own.length / OLD_PER_PAGE)),
      total: own.length,
    },
  };
}

export function newestFirst(a: CommentRecord, b: CommentRecord): number {
  return b.id - a.id;
}
