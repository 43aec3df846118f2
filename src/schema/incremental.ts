import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLString,
  specifiedDirectives,
} from 'graphql';

const WHEN = 'A client that takes one JSON object gets it there, and so does one that asks for `upstream`.';

const label = { type: GraphQLString, description: 'Comes with each part it leads to; another one for each directive.' };

export const Defer = new GraphQLDirective({
  name: 'defer',
  description: `What the fragment selects comes in a later part of the answer (\`multipart/mixed\`, \`text/event-stream\`). ${WHEN} Mutations are answered whole.`,
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: true,
      description: 'False: as if it were not there.',
    },
    label,
  },
});

export const Stream = new GraphQLDirective({
  name: 'stream',
  description: `Items of the list come in later parts of the answer, one after the other. ${WHEN}`,
  locations: [DirectiveLocation.FIELD],
  args: {
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: true,
      description: 'False: as if it were not there.',
    },
    label,
    initialCount: { type: GraphQLInt, defaultValue: 0, description: 'How many come with the list.' },
  },
});

/** All directives of the schema: those of the specification, and those that let parts of an answer come later. */
export const directives = [...specifiedDirectives, Defer, Stream];
