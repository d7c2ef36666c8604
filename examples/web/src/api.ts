import type { TypedDocumentNode } from '@graphql-typed-document-node/core'

const URL_OF_API = import.meta.env.VITE_CAVEAT_URL
const TOKEN = import.meta.env.VITE_CAVEAT_TOKEN

/** An operation as codegen.ts leaves it: its id, and the types of what goes in and comes out. */
type Trusted<Data, Variables> = TypedDocumentNode<Data, Variables> & { __meta__?: { hash: string } }

/** Why there is no answer: a code of the API, or UNREACHABLE. `seconds` is how long to wait before asking again. */
export class Problem extends Error {
  constructor(readonly code: string, message: string, readonly seconds?: number) {
    super(message)
  }
}

/**
 * The data of a trusted document, asked by its id. It is a GET with no header of ours, so that CDNs can keep the
 * answer and browsers need no preflight. Throws Problem, and what fetch throws when `signal` aborts it.
 */
export async function ask<Data, Variables>(
  document: Trusted<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const query = new URLSearchParams({ variables: JSON.stringify(variables) })
  const response = await reached(`${URL_OF_API}/graphql/${document.__meta__?.hash}?${query}`, signal)
  const { data, errors } = await response.json().catch(() => ({}))
  if (data && !errors) return data
  const [first] = errors ?? []
  throw new Problem(
    first?.extensions?.code ?? 'INTERNAL',
    first?.message ?? `The API answered with status ${response.status}.`,
    Number(response.headers.get('retry-after')) || undefined,
  )
}

async function reached(url: string, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/graphql-response+json' }
  if (TOKEN) headers.Authorization = `Bearer ${TOKEN}`
  try {
    return await fetch(url, { headers, signal })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Problem('UNREACHABLE', 'The API cannot be reached.')
  }
}
