import type { NodeType, Ref } from '../../domain/ref.ts';

const PAGES: Readonly<Partial<Record<NodeType, string>>> = {
  Deal: 'deals',
  Person: 'people',
  Organization: 'companies',
};

/** The page of a record in the CRM; settings such as stages have none of their own. */
export function recordUrl({ type, id }: Ref): string | null {
  const page = PAGES[type];
  return page === undefined ? null : `https://app.pipelinecrm.com/${page}/${id}`;
}
