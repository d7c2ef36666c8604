/** Asks all operations of examples/operations/relay in docs/clients/relay.md's environment, and tells what came. */

import { createOperationDescriptor, fetchQuery, getRequest } from 'relay-runtime'
import { api, environment } from './environment'
import GuideScreen from './generated/GuideScreenQuery.graphql'
import PhysicianDirectoryPage from './generated/PhysicianDirectoryPageQuery.graphql'
import PhysicianDirectory from './generated/PhysicianDirectoryQuery.graphql'
import SearchScreen from './generated/SearchScreenQuery.graphql'
import SyncGuides from './generated/SyncGuidesQuery.graphql'
import { pages } from './pages'

Object.assign(api, { url: process.env.CAVEAT_URL, token: process.env.CAVEAT_TOKEN })
const given = JSON.parse(process.env.CAVEAT_VARIABLES!) as Record<string, object>
const complaints: unknown[] = []
console.error = console.warn = (...words: unknown[]) => complaints.push(words.join(' '))

const status: Record<string, string> = {}
for (const query of [GuideScreen, PhysicianDirectory, PhysicianDirectoryPage, SearchScreen, SyncGuides]) {
  const { name } = getRequest(query).params
  const store = environment()
  const operation = createOperationDescriptor(getRequest(query), given[name] ?? {})
  store.retain(operation)
  await fetchQuery(store, query, given[name] ?? {}).toPromise()
  status[name] = store.check(operation).status // whether nothing that the artifacts read is missing
}

const kept: string[] = []
for await (const { nodes } of pages('en', '0')) kept.push(...nodes.map(({ nodeId }) => nodeId))
console.log(JSON.stringify({ status, kept: kept.length, complaints }))
