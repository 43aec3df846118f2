import type { Order } from './list.ts';
import type { ItemRef, Link } from './ref.ts';
import type { Instant } from './time.ts';
import type { User } from './user.ts';

/** A file or document attached to a deal. */
export interface File {
  readonly ref: ItemRef<'File'>;
  readonly name: string;
  /** The CRM's own word for the kind of file. */
  readonly type: string | null;
  readonly description: string | null;
  readonly sizeBytes: number | null;
  /** Where it can be fetched, as of the moment it was read: some CRMs sign it for a few hours. */
  readonly downloadUrl: string | null;
  readonly isDeleted: boolean;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly owner: Link<User> | null;
}

export const FILE_ORDER_FIELDS = ['CREATED_AT', 'UPDATED_AT'] as const;
export type FileOrderField = (typeof FILE_ORDER_FIELDS)[number];

export interface FileQuery {
  readonly order: Order<FileOrderField>;
  readonly includeDeleted: boolean;
}
