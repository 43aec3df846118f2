import './scalars.ts';
import './crm.ts';
import './node.ts';
import './pipeline.ts';
import './stage.ts';
import './person.ts';
import './organization.ts';
import './deal.ts';
import './deal-mutations.ts';
import './deal-product-mutations.ts';
import { builder } from './builder.ts';

/** The executable schema. It knows no CRM by name, so a new adapter leaves it as it was. */
export const schema = builder.toSchema();
