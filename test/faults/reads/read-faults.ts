import { BODY_FAULTS } from './body-faults.ts';
import { CONNECTION_FAULTS } from './connection-faults.ts';
import type { ReadFault } from './read-fault.ts';
import { RECORD_FAULTS } from './record-faults.ts';
import { LIMIT_FAULTS, STATUS_FAULTS } from './status-faults.ts';

/** Everything that goes wrong with reads. */
export const READ_FAULTS: readonly ReadFault[] = [
  ...CONNECTION_FAULTS,
  ...STATUS_FAULTS,
  ...LIMIT_FAULTS,
  ...BODY_FAULTS,
  ...RECORD_FAULTS,
];
