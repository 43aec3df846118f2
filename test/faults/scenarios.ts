import { DEAL_SCENARIOS } from './deal-scenarios.ts';
import { LINE_SCENARIOS } from './line-scenarios.ts';
import { PEOPLE_SCENARIOS } from './people-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { TERM_SCENARIOS } from './term-scenarios.ts';
import { UNDO_SCENARIOS } from './undo-scenarios.ts';

/** Every mutation, on each CRM that has it. */
export const SCENARIOS: readonly Scenario[] = [
  ...DEAL_SCENARIOS,
  ...LINE_SCENARIOS,
  ...PEOPLE_SCENARIOS,
  ...TERM_SCENARIOS,
  ...UNDO_SCENARIOS,
];
