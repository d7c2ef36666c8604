import type { CodegenConfig } from '@graphql-codegen/cli'

// Types from the contract, and a manifest of the operations. The app is built with the ids of its operations alone:
// their texts stand in the manifest, for `caveat operations push`.
const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: 'src/operations/*.graphql',
  generates: {
    'src/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'replaceDocumentWithHash', hashAlgorithm: 'sha256' },
      },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { Date: 'string', DateTime: 'string', Revision: 'string' },
      },
    },
  },
}

export default config
