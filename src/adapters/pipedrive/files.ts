import type { Feed } from '../../domain/feed.ts';
import type { File, FileOrderField, FileQuery } from '../../domain/file.ts';
import { id, instantOrNull, numberOrNull, textOrNull, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { readAll } from './feeds.ts';
import { parseV1Time } from './times.ts';
import { flagOrNull, v1User } from './v1-values.ts';

/** The largest page of files. */
const MAX_FILES = 100;

/** Ids rise with the order of creation. */
const SORT_BY: Record<FileOrderField, string> = { CREATED_AT: 'id', UPDATED_AT: 'update_time' };

/** Maps a file of v1. Its address asks for the credentials of the API. */
export function toFile(crm: string, wire: Wire): File {
  return {
    ref: { crm, type: 'File', id: id(wire) },
    name: textOrNull(wire, 'name') || textOrNull(wire, 'file_name') || '',
    type: textOrNull(wire, 'file_type') || null,
    description: textOrNull(wire, 'description') || null,
    sizeBytes: numberOrNull(wire, 'file_size'),
    downloadUrl: textOrNull(wire, 'url') || null,
    isDeleted: flagOrNull(wire, 'active_flag') === false,
    createdAt: instantOrNull(wire, 'add_time', parseV1Time),
    updatedAt: instantOrNull(wire, 'update_time', parseV1Time),
    owner: v1User(crm, wire, 'user_id'),
  };
}

/** The files of a deal (v1, GET /deals/{id}/files). */
export function dealFiles(api: PipedriveApi): Feed<File, FileQuery> {
  return {
    async read(deal, { order, includeDeleted }, { position, limit }, call) {
      const query = [
        ['sort', `${SORT_BY[order.field]} ${order.direction}`],
        // No longer in the documentation; where it is ignored, nothing is lost by it.
        ['include_deleted_files', includeDeleted ? 1 : undefined],
      ] as const;
      const page = await api.offsetPage(ENDPOINTS.dealFiles, query, Math.min(limit, MAX_FILES), position, call, {
        id: deal,
      });
      const files = readAll(api.crm, 'file', page.values, (wire) => toFile(api.crm, wire));
      return { items: files.filter((file) => includeDeleted || !file.isDeleted), next: page.next };
    },
  };
}
