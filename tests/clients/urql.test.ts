/** urql: queries by POST and GET, paging, errors, and persisted queries. */

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { Client, type CombinedError, type Exchange, cacheExchange, fetchExchange, gql } from '@urql/core'
import { persistedExchange } from '@urql/exchange-persisted'
import { ArticleAloneDocument, ArticleListDocument, ArticlePageDocument } from './generated/graphql.js'
import { type Disclaimer, tokens, url, watched, ways } from './server.js'

const slug = 'walking-after-hip-replacement'

interface Options {
  token?: string
  exchanges?: Exchange[]
  get?: boolean
}

/** A client, and the exchanges of it. */
function urql({ token = tokens.web, exchanges = [], get = false }: Options = {}) {
  const { fetch, seen } = watched(token)
  const all = [cacheExchange, ...exchanges, fetchExchange]
  return { client: new Client({ url, fetch, preferGetMethod: get, exchanges: all }), seen }
}

const codes = (error?: CombinedError) => error?.graphQLErrors.map(({ extensions }) => extensions.code)

for (const method of ['POST', 'GET']) {
  test(`a query is answered in JSON, though streams would do: ${method}`, async () => {
    const { client, seen } = urql({ get: method === 'GET' })

    const { data, error } = await client.query(ArticlePageDocument, { slug }).toPromise()

    assert.equal(error, undefined)
    assert.equal(data?.article?.title, 'Walking after hip replacement')
    assert.deepEqual(ways(seen), [`${method} text 200`])
    assert.match(String(seen[0]?.accept), /text\/event-stream, multipart\/mixed/)
    assert.match(String(seen[0]?.type), /^application\/graphql-response\+json/)
  })
}

test('pages follow one another until there are no more', async () => {
  const { client } = urql()
  const titles: string[] = []

  let after: string | null = null
  let total = -1
  do {
    const { data } = await client.query(ArticleListDocument, { first: 3, after }).toPromise()
    assert(data)
    titles.push(...data.articles.edges.map(({ node }) => node.title))
    total = data.articles.totalCount
    after = data.articles.pageInfo.hasNextPage ? data.articles.pageInfo.endCursor : null
  } while (after)

  assert.equal(titles.length, total)
  assert.equal(new Set(titles).size, total)
})

test('errors of a request carry their code', async () => {
  const { client } = urql()

  const { error } = await client.query(ArticleListDocument, { first: 1000 }).toPromise()

  assert.equal(error?.networkError, undefined)
  assert.deepEqual(codes(error), ['BAD_REQUEST'])
})

test('an unknown token is a typed error', async () => {
  const { client, seen } = urql({ token: 'caveat_unknown' })

  const { error } = await client.query(ArticlePageDocument, { slug }).toPromise()

  assert.deepEqual(codes(error), ['UNAUTHENTICATED'])
  assert.deepEqual(ways(seen), ['POST text 401'])
})

test('a mutation is refused in words', async () => {
  const { client } = urql()

  const { error } = await client.mutation(gql`mutation { nothing }`, {}).toPromise()

  assert.deepEqual(codes(error), ['GRAPHQL_VALIDATION_FAILED'])
})

test('a persisted query is registered once, and then asked by its hash', async () => {
  const query = gql`query ByHash($slug: String!) { article(slug: $slug) { title urql: disclaimer { text } } }`
  const [one, another] = [urql({ exchanges: [persistedExchange()] }), urql({ exchanges: [persistedExchange()] })]

  const first = await one.client.query(query, { slug }).toPromise()
  const second = await another.client.query(query, { slug }).toPromise()

  assert.ok(first.data)
  assert.deepEqual(second.data, first.data)
  assert.deepEqual(ways(one.seen), ['GET hash 200', 'GET text 200'])
  assert.deepEqual(ways(another.seen), ['GET hash 200'])
})

test('a trusted document is asked by the hash that a code generator gave it', async () => {
  const generateHash = async (_: string, document: any): Promise<string> => document.__meta__.hash
  const exchanges = [persistedExchange({ enforcePersistedQueries: true, generateHash })]
  const { client, seen } = urql({ token: tokens.codegen, exchanges })

  const { data, error } = await client.query(ArticlePageDocument, { slug }).toPromise()

  assert.equal(error, undefined)
  assert.equal(data?.article?.title, 'Walking after hip replacement')
  assert.deepEqual(ways(seen), ['GET hash 200'])
})

test('a disclaimer that was not selected comes beside the data', async () => {
  const { client } = urql()

  const { data, extensions } = await client.query(ArticleAloneDocument, { slug }).toPromise()

  const disclaimers: Disclaimer[] = extensions?.disclaimers
  assert.deepEqual(
    disclaimers.map(({ ids }) => ids),
    [[data?.article?.id]],
  )
  assert.ok(disclaimers[0]?.text)
})
