import type { Label } from '../domain/deal.ts';
import { globalId } from '../domain/ref.ts';
import { builder } from './builder.ts';

export const LabelType = builder.objectRef<Label>('Label').implement({
  description: 'A name, often with a colour, that an account puts on records.',
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'Global id.', resolve: (label) => globalId(label.ref) }),
    name: t.exposeString('name', { nullable: false, description: 'What it says.' }),
    color: t.exposeString('color', { description: 'As the CRM has it: the name of a colour, or `#rrggbb`.' }),
  }),
});
