import type { Ref } from '../domain/ref.ts';
import type { AskedLoader, Loader } from './loader.ts';

/** Loads what a reference names; `null` when the CRM does not have it. */
export type RefLoader<T> = Loader<Ref, T>;

/** A `RefLoader` that knows which fields ask. */
export type AskedRefLoader<T> = AskedLoader<Ref, T>;
