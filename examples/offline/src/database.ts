import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { GuideFragment, GuidesQuery, TombstoneCause } from './generated/graphql'
import type { Locale } from './locale'

export type Changes = GuidesQuery['changes']
export type Change = Changes['nodes'][number]
export type Guide = GuideFragment

/** A guide on the device: when it changed last, and what else than an editor's hand on it made it change. */
export interface Kept extends Pick<Change, 'nodeId' | 'time' | 'causes'> {
  node: Guide
}

/** That a guide was taken away. It stays when it was read, so that an old address of the guide says what happened. */
export interface Notice {
  nodeId: string
  title: string
  locale: string
  because: TombstoneCause | null
  reason: string | null
  read: boolean
}

/** Where a copy stands. Times are in milliseconds, on the device's clock. */
export interface State {
  /** What the copy is of, as the API calls it; null where nothing has come yet. */
  scope: string | null
  /** What to ask for next: `after`. */
  next: string
  /** What to ask for where `next` is refused: behind the last sync that was finished. */
  finished: string
  /** When the first page of the unfinished sync came: what it is going to be up to date as of. */
  began: number | null
  /** When the device had all that the API had; null before the first sync was finished. */
  asOf: number | null
  /** When the API answered last. */
  checked: number | null
}

export const START = '0'
export const FRESH: State = { scope: null, next: START, finished: START, began: null, asOf: null, checked: null }
export const ALL: ('guides' | 'arrived' | 'notices' | 'state')[] = ['guides', 'arrived', 'notices', 'state']

export interface Tables extends DBSchema {
  guides: { key: string; value: Kept }
  /** The changes of a sync that is not finished: until then they are not shown, and can be forgotten. */
  arrived: { key: string; value: Change }
  notices: { key: string; value: Notice }
  state: { key: string; value: State }
}

/** To be raised whenever guides.graphql asks for more: the copy is then made anew, at the app's next start. */
const VERSION = 1

const opened = new Map<Locale, Promise<IDBPDatabase<Tables>>>()

/** The database of a locale: each has its own, so that a reader who switches has both. Rejects where it is refused. */
export function database(locale: Locale): Promise<IDBPDatabase<Tables>> {
  const known = opened.get(locale)
  if (known) return known
  const blocking = () => location.reload() // a newer version of the app, in another tab, waits for this one
  const made = openDB<Tables>(`guides-${locale}`, VERSION, { upgrade, blocking })
  made.catch(() => opened.delete(locale)) // whoever asks next tries again
  opened.set(locale, made)
  return made
}

function upgrade(made: IDBPDatabase<Tables>): void {
  for (const name of [...made.objectStoreNames]) made.deleteObjectStore(name)
  for (const name of ['guides', 'arrived', 'notices'] as const) made.createObjectStore(name, { keyPath: 'nodeId' })
  made.createObjectStore('state')
}
