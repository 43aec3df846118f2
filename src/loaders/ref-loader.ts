import type DataLoader from 'dataloader';
import type { Ref } from '../domain/ref.ts';

/** Loads what a reference names; `null` when the CRM does not have it. */
export type RefLoader<T> = DataLoader<Ref, T | null, string>;
