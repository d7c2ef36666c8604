import type { IDBPTransaction } from 'idb'
import {
  ALL, type Change, type Changes, database, FRESH, type Guide, type Kept, type Notice, START, type State, type Tables,
} from './database'
import type { Locale } from './locale'

type Writing = IDBPTransaction<Tables, typeof ALL, 'readwrite'>
type Writes = Promise<unknown>[]

/** All that the screens show, as it was at one moment. */
export interface Copy {
  guides: Kept[]
  notices: Notice[]
  state: State
}

/** What is on the device. */
export async function read(locale: Locale): Promise<Copy> {
  const all = (await database(locale)).transaction(ALL)
  const [guides, notices, state] = await Promise.all([
    all.objectStore('guides').getAll(),
    all.objectStore('notices').getAll(),
    all.objectStore('state').get('state'),
  ])
  return { guides, notices, state: state ?? FRESH }
}

/** Where the copy stands. */
export async function standing(locale: Locale): Promise<State> {
  return (await (await database(locale)).get('state', 'state')) ?? FRESH
}

/**
 * Keeps a page, and in the same transaction where to go on. The page that is `complete` makes all of them visible at
 * once, so the copy is always what the API showed at one moment; and pages of a sync that cannot be gone on with can
 * be dropped without a trace, which a guide that came and went in between would leave.
 */
export async function keep(locale: Locale, page: Changes): Promise<void> {
  const all = (await database(locale)).transaction(ALL, 'readwrite')
  const state = await stateOf(all)
  const now = Date.now()
  const known = { ...state, scope: page.scope, next: page.next, began: state.began ?? now, checked: now }
  const writes: Writes = page.nodes.map((change) => all.objectStore('arrived').put(change))
  if (!page.complete) writes.push(write(all, known))
  else {
    writes.push(...(await apply(all, state.finished === START)))
    writes.push(write(all, { ...known, finished: page.next, began: null, asOf: known.began }))
  }
  await Promise.all([...writes, all.done])
}

/** Drops what came of an unfinished sync: the next one goes on from `finished`, or from START. */
export async function startOver(locale: Locale, from: string): Promise<void> {
  const all = (await database(locale)).transaction(ALL, 'readwrite')
  const state = await stateOf(all)
  const scope = from === START ? null : state.scope
  const writes = [all.objectStore('arrived').clear(), write(all, { ...state, scope, next: from, finished: from, began: null })]
  await Promise.all([...writes, all.done])
}

/** Notes that a notice was read. */
export async function dismiss(locale: Locale, nodeId: string): Promise<void> {
  const all = (await database(locale)).transaction('notices', 'readwrite')
  const notice = await all.store.get(nodeId)
  await Promise.all([notice && all.store.put({ ...notice, read: true }), all.done])
}

/** Makes the guides what the changes say. A snapshot has them all: what is not in it is taken away. */
async function apply(all: Writing, snapshot: boolean): Promise<Writes> {
  const [changes, guides] = [await all.objectStore('arrived').getAll(), await all.objectStore('guides').getAll()]
  const told = new Set(changes.map(({ nodeId }) => nodeId))
  const missing = snapshot ? guides.filter(({ nodeId }) => !told.has(nodeId)) : []
  const had = new Map(guides.map((guide) => [guide.nodeId, guide]))
  return [
    all.objectStore('arrived').clear(),
    ...missing.flatMap((guide) => takenAway(all, guide, null)),
    ...changes.flatMap((change) => changed(all, change, had.get(change.nodeId))),
  ]
}

function changed(all: Writing, { nodeId, time, causes, node, tombstone }: Change, before: Kept | undefined): Writes {
  if (isGuide(node)) {
    return [all.objectStore('guides').put({ nodeId, time, causes, node }), all.objectStore('notices').delete(nodeId)]
  }
  return before ? takenAway(all, before, tombstone) : []
}

function takenAway(all: Writing, { nodeId, node }: Kept, tombstone: Change['tombstone']): Writes {
  const { title, locale } = node
  const notice = { nodeId, title, locale, because: null, reason: null, ...tombstone, read: false }
  return [all.objectStore('guides').delete(nodeId), all.objectStore('notices').put(notice)]
}

function isGuide(node: Change['node']): node is Guide {
  return node !== null && 'disclaimer' in node
}

async function stateOf(all: Writing): Promise<State> {
  return (await all.objectStore('state').get('state')) ?? FRESH
}

function write(all: Writing, state: State): Promise<unknown> {
  return all.objectStore('state').put(state, 'state')
}
