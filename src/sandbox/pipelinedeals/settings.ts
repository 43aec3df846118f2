/** Which of its two published faces the CRM shows: the text of 2012–2018, or the server of today. */
export type Dialect = 'today' | 'seed';

/** What may be changed while the sandbox runs. */
export interface Switches {
  /** An account created in the `seed` dialect has one pipeline; switched later, it keeps those it has. */
  dialect: Dialect;
  /** Authenticated requests per second before 429; `null` switches the limit off. */
  requestsPerSecond: number | null;
  /** Whether `conditions[person_id]` filters people; where not, it is ignored as any unknown condition is. */
  personIdCondition: boolean;
  /** Whether `conditions[company_id]` filters companies. */
  companyIdCondition: boolean;
  /** Whether `attrs=` leaves out every key it does not name; where not, it is ignored. */
  sparseAttributes: boolean;
  /** Whether the nested objects of a PUT answer are those from before the update. */
  staleNestedOnPut: boolean;
}

export interface PipelineDealsSandboxOptions extends Partial<Switches> {
  /** How many deals the account starts with. */
  readonly deals?: number;
  /** Milliseconds since the epoch; the real clock by default. */
  readonly now?: () => number;
}

export const DEFAULT_SWITCHES: Readonly<Switches> = {
  dialect: 'today',
  requestsPerSecond: 10,
  personIdCondition: false,
  companyIdCondition: false,
  sparseAttributes: false,
  staleNestedOnPut: true,
};
