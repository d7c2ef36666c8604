import graphql from '@graphql-eslint/eslint-plugin'

const { 'flat/schema-recommended': recommended, 'flat/schema-relay': relay } = graphql.configs

// Paths are of the checkout's root, where `make contract` runs.
export default [
  {
    files: ['schema.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'schema.graphql' } } },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...recommended.rules,
      ...relay.rules,
      // Stricter than the preset: fields, arguments and enum values are described too.
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
        },
      ],
      // Only nodes have an identity, which the interface Node demands; values (Seo, Range) and edges have none.
      '@graphql-eslint/strict-id-in-types': 'off',
      // Lists that an editor writes whole (authors, sections) are plain lists, and connections have `nodes`.
      // A change is of a node, and no node itself: caches would take the one for the other.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
      // Changes are told forwards alone; of all others tests/schema/test_contract.py wants both directions.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      // Names are schema.org's where it has one, and the same on all content: Procedure.procedureType, Topic.topics.
      '@graphql-eslint/no-typename-prefix': 'off',
    },
  },
]
