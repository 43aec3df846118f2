import type { Pipeline } from './pipeline.ts';
import type { CrmRecord } from './record.ts';
import type { Link } from './ref.ts';

/** A step of a pipeline. */
export interface Stage extends CrmRecord<'Stage'> {
  readonly name: string;
  /** Place in the pipeline, from 0, without gaps. */
  readonly position: number;
  /** In percent. */
  readonly probability: number | null;
  readonly pipeline: Link<Pipeline> | null;
}
