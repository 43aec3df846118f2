/**
 * What goes first where requests wait for each other: finding out what a write did, writes with what is read for
 * them, what somebody waits to see, and whole lists.
 */
export const PRIORITIES = ['SETTLING', 'MUTATION', 'READ', 'BULK'] as const;
export type Priority = (typeof PRIORITIES)[number];
