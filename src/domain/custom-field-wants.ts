/** The custom fields that reading a record has to bring: those of the keys, or all there are (`null`). */
export type CustomFieldKeys = readonly string[] | null;

/** The kinds of records that have custom fields, with those an operation shows. */
export type CustomFieldWants = Readonly<Record<'Deal' | 'Person' | 'Organization', CustomFieldKeys>>;

export const ALL_CUSTOM_FIELDS: CustomFieldWants = { Deal: null, Person: null, Organization: null };
