/** Apollo Client: its cache, paging, errors, persisted queries and trusted documents. */

import { strict as assert } from 'node:assert'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
  ServerError,
  gql,
} from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { relayStylePagination } from '@apollo/client/utilities'
import { generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists'
import { tap } from 'rxjs'
import { ArticleAloneDocument, ArticleListDocument, ArticlePageDocument } from './generated/graphql.js'
import { type Disclaimer, failure, generated, tokens, url, watched, ways } from './server.js'

const slug = 'walking-after-hip-replacement'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

interface Options {
  token?: string
  links?: ApolloLink[]
  accept?: string
}

/** A client, and the exchanges of it. */
function apollo({ token = tokens.web, links = [], accept }: Options = {}) {
  const { fetch, seen } = watched(token)
  const http = new HttpLink({ uri: url, fetch, ...(accept && { headers: { accept } }) })
  const link = ApolloLink.from([...links, http])
  const fields = { articles: relayStylePagination(['orderBy']) }
  const cache = new InMemoryCache({ typePolicies: { Query: { fields } } })
  return { client: new ApolloClient({ link, cache }), seen }
}

test('a query is answered, and again from the cache', async () => {
  const { client, seen } = apollo()

  const first = await client.query({ query: ArticlePageDocument, variables: { slug } })
  const second = await client.query({ query: ArticlePageDocument, variables: { slug } })

  assert.equal(first.data?.article?.title, 'Walking after hip replacement')
  assert.ok(first.data.article.disclaimer.text)
  assert.deepEqual(second.data, first.data)
  assert.deepEqual(ways(seen), ['POST text 200'])
  assert.match(String(seen[0]?.type), /^application\/graphql-response\+json/)
})

test('relayStylePagination merges pages until there are no more', async () => {
  const { client, seen } = apollo()
  const first = { query: ArticleListDocument, variables: { first: 4, orderBy: 'TITLE_ASC' as const } }

  const list = client.watchQuery(first)
  let page = (await client.query(first)).data?.articles
  while (page?.pageInfo.hasNextPage) {
    page = (await list.fetchMore({ variables: { after: page.pageInfo.endCursor } })).data?.articles
  }

  const { articles } = client.readQuery(first)!
  const titles = articles.edges.map(({ node }) => node.title)
  assert.equal(titles.length, articles.totalCount)
  assert.equal(new Set(titles).size, titles.length)
  assert.equal(seen.length, Math.ceil(titles.length / 4))
  assert.ok(seen.length > 1)
})

test('errors of a request carry their code', async () => {
  const { client } = apollo()

  const failed = await failure(client.query({ query: ArticleListDocument, variables: { first: 1000 } }))

  assert(CombinedGraphQLErrors.is(failed))
  assert.equal(failed.errors[0]?.extensions?.code, 'BAD_REQUEST')
  assert.equal(failed.message, 'first must be from 0 to 100, and is 1000.')
})

test('an unknown token is a typed error', async () => {
  const { client, seen } = apollo({ token: 'caveat_unknown' })

  const failed = await failure(client.query({ query: ArticlePageDocument, variables: { slug } }))

  assert(CombinedGraphQLErrors.is(failed))
  assert.equal(failed.errors[0]?.extensions?.code, 'UNAUTHENTICATED')
  assert.deepEqual(ways(seen), ['POST text 401'])
})

test('an unknown token is an HTTP error to those who take plain JSON', async () => {
  const { client } = apollo({ token: 'caveat_unknown', accept: 'application/json' })

  const failed = await failure(client.query({ query: ArticlePageDocument, variables: { slug } }))

  assert(ServerError.is(failed))
  assert.equal(failed.statusCode, 401)
  assert.equal(JSON.parse(failed.bodyText).errors[0].extensions.code, 'UNAUTHENTICATED')
})

for (const method of ['POST', 'GET']) {
  test(`a persisted query is registered once, and then asked by its hash: ${method}`, async () => {
    const query = gql`query ByHash($slug: String!) { article(slug: $slug) { title ${method}: disclaimer { text } } }`
    const link = () => new PersistedQueryLink({ sha256, useGETForHashedQueries: method === 'GET' })
    const [one, another] = [apollo({ links: [link()] }), apollo({ links: [link()] })]

    const first = await one.client.query({ query, variables: { slug } })
    const second = await another.client.query({ query, variables: { slug } })

    assert.ok(first.data)
    assert.deepEqual(second.data, first.data)
    assert.deepEqual(ways(one.seen), [`${method} hash 200`, 'POST text 200'])
    assert.deepEqual(ways(another.seen), [`${method} hash 200`])
  })
}

test('a trusted document is asked by the id that the manifest gave it', async () => {
  const loadManifest = () => generated<{ operations: { id: string; name: string }[] }>('apollo.json')
  const link = new PersistedQueryLink(generatePersistedQueryIdsFromManifest({ loadManifest }))
  const { client, seen } = apollo({ token: tokens.apollo, links: [link] })

  const { data } = await client.query({ query: ArticlePageDocument, variables: { slug } })

  assert.equal(data?.article?.title, 'Walking after hip replacement')
  assert.deepEqual(ways(seen), ['POST hash 200'])
})

test('a client of trusted documents may ask no others', async () => {
  const { client } = apollo({ token: tokens.apollo })

  const failed = await failure(client.query({ query: ArticlePageDocument, variables: { slug } }))

  assert(CombinedGraphQLErrors.is(failed))
  assert.equal(failed.errors[0]?.extensions?.code, 'DOCUMENTS_ONLY')
})

test('a disclaimer that was not selected comes beside the data', async () => {
  const told: unknown[] = []
  const watch = tap<ApolloLink.Result>(({ extensions }) => told.push(extensions))
  const { client } = apollo({ links: [new ApolloLink((operation, forward) => forward(operation).pipe(watch))] })

  const { data } = await client.query({ query: ArticleAloneDocument, variables: { slug } })

  const [{ disclaimers }] = told as [{ disclaimers: Disclaimer[] }]
  assert.deepEqual(
    disclaimers.map(({ ids }) => ids),
    [[data?.article?.id]],
  )
  assert.ok(disclaimers[0]?.text)
})
