import type { File, FileQuery } from '../../domain/file.ts';
import type { User } from '../../domain/user.ts';
import { decimalOrNull, id, instantOrNull, textOrNull, type Wire } from '../wire.ts';
import type { DealList } from './deal-lists.ts';
import { embedded, namedLink } from './links.ts';
import { parseTime } from './time.ts';

const BYTES_IN_K = 1024;

/** The documents of a deal. */
export const DEAL_FILES: DealList<File> = {
  collection: 'documents',
  what: 'document',
  dealOf: (wire) => wire.deal_id,
  map: toFile,
};

/** Documents, which come newest first, in another order; those without the key last. */
export function orderFiles(files: readonly File[], { field, direction }: FileQuery['order']): readonly File[] {
  const sign = direction === 'ASC' ? 1 : -1;
  const key = (file: File) => (field === 'CREATED_AT' ? file.createdAt : file.updatedAt);
  return (direction === 'ASC' ? files.toReversed() : files).toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return sign * (x - y);
  });
}

/** The link to a document is signed for some hours when it is listed, so it is never kept. */
function toFile(crm: string, wire: Wire): File {
  const size = decimalOrNull(wire, 'size_in_k');
  return {
    ref: { crm, type: 'File', id: id(wire) },
    name: textOrNull(wire, 'title') ?? '',
    type: textOrNull(wire, 'document_type') || null,
    description: null,
    sizeBytes: size === null ? null : size.times(BYTES_IN_K).round(0).toNumber(),
    downloadUrl: textOrNull(wire, 'public_link') || null,
    isDeleted: false,
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    owner: namedLink<User>(crm, 'User', embedded(wire, 'owner_id', 'owner')),
  };
}
