/** graphql-request: typed operations and errors; and trusted documents by hand, as small clients ask for them. */

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { print } from 'graphql'
import { ClientError, GraphQLClient } from 'graphql-request'
import {
  ArticleAloneDocument,
  type ArticleAloneQuery,
  ArticleListDocument,
  ArticlePageDocument,
} from './generated/graphql.js'
import { type Disclaimer, failure, generated, tokens, url, watched } from './server.js'

const slug = 'walking-after-hip-replacement'
const client = (token = tokens.web) => new GraphQLClient(url, { headers: { authorization: `Bearer ${token}` } })

test('a typed document is answered in its types', async () => {
  const { article } = await client().request(ArticlePageDocument, { slug })

  const title: string | undefined = article?.title
  assert.equal(title, 'Walking after hip replacement')
})

test('the variables of an operation are typed', async () => {
  const { articles } = await client().request(ArticleListDocument, { first: 2, orderBy: 'TITLE_DESC' })
  // @ts-expect-error: TypeScript knows the orders that there are
  const wrong = client().request(ArticleListDocument, { first: 2, orderBy: 'BY_MOON' })

  const titles = articles.edges.map(({ node }) => node.title)
  assert.equal(titles.length, 2)
  assert.deepEqual(titles, titles.toSorted().reverse())
  await assert.rejects(wrong, ClientError)
})

test('what is not there is null, and no error', async () => {
  const answer = await client().request<ArticleAloneQuery>(ArticleAloneDocument, { slug: 'nothing-of-that-name' })

  assert.deepEqual(answer, { article: null })
})

const long = () => client().request(ArticleListDocument, { first: 1000 })
const unknown = () => client('caveat_unknown').request(ArticlePageDocument, { slug })
const alone = () => client(tokens.strict).request(ArticleAloneDocument, { slug })
const often = async () => {
  for (let n = 0; n < 5; n++) await client(tokens.poor).request(ArticlePageDocument, { slug })
}
const failures: [what: string, asked: () => Promise<unknown>, status: number, code: string][] = [
  ['a page that is too long', long, 400, 'BAD_REQUEST'],
  ['an unknown token', unknown, 401, 'UNAUTHENTICATED'],
  ['a missing disclaimer', alone, 400, 'DISCLAIMER_REQUIRED'],
  ['a spent budget', often, 429, 'BUDGET_SPENT'],
]

for (const [what, asked, status, code] of failures) {
  test(`an error has a status and a code: ${what}`, async () => {
    const failed = await failure(asked())

    assert(failed instanceof ClientError)
    assert.equal(failed.response.status, status)
    assert.equal(failed.response.errors?.[0]?.extensions.code, code)
  })
}

test('a disclaimer that was not selected comes beside the data', async () => {
  const { data, extensions } = await client().rawRequest<ArticleAloneQuery>(print(ArticleAloneDocument), { slug })

  const { disclaimers } = extensions as { disclaimers: Disclaimer[] }
  assert.deepEqual(
    disclaimers.map(({ ids }) => ids),
    [[data.article?.id]],
  )
})

/** The answer to a trusted document, asked for with nothing but fetch. */
async function asked(how: 'POST' | 'GET', id: string, token: string): Promise<[number, any]> {
  const { fetch } = watched(token)
  const parameters = new URLSearchParams({ variables: JSON.stringify({ slug }) })
  const response =
    how === 'GET'
      ? await fetch(`${url}/${id}?${parameters}`)
      : await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ documentId: id, variables: { slug } }),
        })
  return [response.status, await response.json()]
}

/** The id of the document with an operation, in a manifest. */
function idOf(operation: string, manifest: string): string {
  const documents = Object.entries(generated<Record<string, string>>(manifest))
  return documents.find(([, text]) => text.startsWith(`query ${operation}(`))![0]
}

const codegen = idOf('ArticlePage', 'persisted-documents.json')
const relay = idOf('articleQuery', 'relay.json')

for (const how of ['POST', 'GET'] as const) {
  test(`a document of GraphQL Code Generator is asked by its hash: ${how}`, async () => {
    const [status, answer] = await asked(how, codegen, tokens.codegen)

    assert.equal(answer.data.article.title, 'Walking after hip replacement')
    assert.equal(status, 200)
  })

  test(`a document of Relay's compiler is asked by its id: ${how}`, async () => {
    const [status, answer] = await asked(how, relay, tokens.relay)

    assert.equal(answer.data.article.title, 'Walking after hip replacement')
    assert.equal(status, 200)
  })

  test(`an unknown document is told as such: ${how}`, async () => {
    const [status, answer] = await asked(how, 'f'.repeat(64), tokens.codegen)

    assert.equal(answer.errors[0].extensions.code, 'DOCUMENT_NOT_FOUND')
    assert.equal(status, 404)
  })
}
