import { crmOf, parseId } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import { parseGlobalId } from '../domain/ref.ts';
import { reading } from '../plan/reads.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { NodeInterface, type NodeShape } from './node-interface.ts';
import { BY_ID } from './reads.ts';

builder.queryFields((t) => ({
  node: t.field({
    type: NodeInterface,
    description: 'Anything by its global id; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'A global id.' }) },
    ...BY_ID,
    resolve: (_root, { id }, context) => load(String(id), 'id', context),
  }),
  nodes: t.field({
    type: [NodeInterface],
    nullable: { list: true, items: true },
    description: 'Several things by their global ids, each at its place; null where there is none.',
    args: { ids: t.arg.idList({ required: true, description: 'Global ids, 500 at most.' }) },
    ...reading({ kind: 'ids', ids: (args) => args.ids.map(String) }),
    resolve: (_root, { ids }, context) => {
      if (ids.length > MAX_IDS) {
        throw new GatewayError('BAD_USER_INPUT', `ids: at most ${MAX_IDS}`, { argument: 'ids' });
      }
      const targets = ids.map((id, index) => parse(String(id), `ids.${index}`, context));
      return targets.map((target) => loadTarget(target, context)) as Promise<NodeShape | null>[];
    },
  }),
}));

const MAX_IDS = 500;

function load(id: string, argument: string, context: GraphQLContext): Promise<NodeShape | null> {
  return loadTarget(parse(id, argument, context), context);
}

function parse(id: string, argument: string, { crms }: GraphQLContext): NodeShape {
  if (!id.includes(':')) return crmOf(id, crms, argument).crm;
  const ref = parseGlobalId(id, argument);
  if (ref.type === 'Label') {
    throw new GatewayError('BAD_USER_INPUT', `${argument}: labels are read with what carries them`, { argument });
  }
  return { ref: parseId(id, ref.type, crms, argument) };
}

async function loadTarget(target: NodeShape, { loaders }: GraphQLContext): Promise<NodeShape | null> {
  if (!('ref' in target)) return target;
  const { ref } = target;
  return loaders[ref.type].load(ref);
}
