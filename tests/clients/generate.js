// Runs GraphQL Code Generator's client preset, as its command would: the command itself brings 170 packages more, of
// which some need a newer Node.js than the preset does (November 2026).

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { codegen } from '@graphql-codegen/core'
import { preset } from '@graphql-codegen/client-preset'
import { buildSchema, parse } from 'graphql'

const sdl = readFileSync('schema.graphql', 'utf8')
const source = (location) => {
  const rawSDL = readFileSync(location, 'utf8')
  return { location, rawSDL, document: parse(rawSDL) }
}

const files = await preset.buildGeneratesSection({
  baseOutputDir: 'generated/',
  schema: parse(sdl),
  schemaAst: buildSchema(sdl),
  documents: readdirSync('operations').map((name) => source(`operations/${name}`)),
  config: { useTypeImports: true, importExtension: '.js', scalars: { Date: 'string', DateTime: 'string' } },
  presetConfig: { persistedDocuments: true, fragmentMasking: false },
  plugins: [],
  pluginMap: {},
})

mkdirSync('generated', { recursive: true })
writeFileSync('generated/relay.json', '{}') // relay-compiler adds to a file that is there
const write = async (file) => writeFileSync(file.filename, await codegen(file))
await Promise.all(files.map(write)) // the persisted documents wait for the typed ones
