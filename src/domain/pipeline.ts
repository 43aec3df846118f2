import type { CrmRecord } from './record.ts';

/** An ordered set of stages a deal goes through. */
export interface Pipeline extends CrmRecord<'Pipeline'> {
  readonly name: string;
  readonly isDefault: boolean | null;
  /** Whether deals take their stage's probability when they have none of their own. */
  readonly usesStageProbability: boolean;
}
