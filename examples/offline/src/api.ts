import type { TypedDocumentNode } from '@graphql-typed-document-node/core'

const URL_OF_API = import.meta.env.VITE_CAVEAT_URL
const TOKEN = import.meta.env.VITE_CAVEAT_TOKEN
const PATIENCE = 30_000

/** An operation as codegen.ts leaves it: its id, and the types of what goes in and comes out. */
type Trusted<Data, Variables> = TypedDocumentNode<Data, Variables> & { __meta__?: { hash: string } }

/** Why there is no answer: a code of the API, or UNREACHABLE. `seconds` is how long to wait before asking again. */
export class Problem extends Error {
  constructor(readonly code: string, message: string, readonly seconds?: number) {
    super(message)
  }
}

/**
 * The data of a trusted document, asked by its id with GET. What the browser kept is never believed unasked, but
 * where it is still right the answer is a 304 without a body: that is what `no-cache` means. Throws Problem.
 */
export async function ask<Data, Variables>(document: Trusted<Data, Variables>, variables: Variables): Promise<Data> {
  const query = new URLSearchParams({ variables: JSON.stringify(variables) })
  const response = await reached(`${URL_OF_API}/graphql/${document.__meta__?.hash}?${query}`)
  const { data, errors } = await body(response)
  if (data && !errors) return data
  const [first] = errors ?? []
  throw new Problem(
    first?.extensions?.code ?? 'INTERNAL',
    first?.message ?? `The API answered with status ${response.status}.`,
    Number(response.headers.get('retry-after')) || undefined,
  )
}

async function reached(url: string): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/graphql-response+json' }
  if (TOKEN) headers.Authorization = `Bearer ${TOKEN}`
  try {
    return await fetch(url, { headers, cache: 'no-cache', signal: AbortSignal.timeout(PATIENCE) })
  } catch {
    throw new Problem('UNREACHABLE', 'The API cannot be reached.')
  }
}

/** The answer, whole: a connection may be lost while it comes. What is no JSON came from something else on the way. */
async function body(response: Response) {
  const text = await response.text().catch(() => {
    throw new Problem('UNREACHABLE', 'The connection was lost.')
  })
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
