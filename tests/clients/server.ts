/** The server that these tests ask, and what passes between it and a client. */

import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'

function given(name: string): string {
  const value = process.env[name]
  assert(value, `${name} is missing: pytest runs these tests (tests/delivery/test_npm_clients.py)`)
  return value
}

export const url = given('CAVEAT_URL')

/** `web` may ask anything, `strict` nothing without disclaimers, `poor` next to nothing; the rest their documents. */
type Name = 'web' | 'strict' | 'poor' | 'apollo' | 'codegen' | 'relay'

/** The token of each client. */
export const tokens = JSON.parse(given('CAVEAT_TOKENS')) as Record<Name, string>

/** What `extensions.disclaimers` carries. */
export interface Disclaimer {
  ids: string[]
  id: string
  version: number
  title: string
  text: string
  contentHash: string
  placement: string
}

/** What a promise failed with. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail('it was answered'),
    (error) => error,
  )

/** A file that a code generator wrote. */
export function generated<T>(name: string): T {
  return JSON.parse(readFileSync(`generated/${name}`, 'utf8')) as T
}

export interface Exchange {
  method: string
  /** Whether the text of the document was sent. */
  text: boolean
  accept: string | null
  status: number
  type: string | null
}

/** A `fetch` that sends a token, and the exchanges that it saw. */
export function watched(token?: string): { fetch: typeof fetch; seen: Exchange[] } {
  const seen: Exchange[] = []
  return {
    seen,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      if (token) request.headers.set('authorization', `Bearer ${token}`)
      const { method, headers } = request
      const text = await hasText(request.clone())
      const response = await fetch(request)
      const { status, headers: answered } = response
      seen.push({ method, text, accept: headers.get('accept'), status, type: answered.get('content-type') })
      return response
    },
  }
}

async function hasText(request: Request): Promise<boolean> {
  if (request.method === 'GET') return new URL(request.url).searchParams.has('query')
  return 'query' in ((await request.json()) as object)
}

/** The ways that exchanges went: `GET hash 200`, `POST text 200`. */
export function ways(seen: Exchange[]): string[] {
  return seen.map(({ method, text, status }) => `${method} ${text ? 'text' : 'hash'} ${status}`)
}
