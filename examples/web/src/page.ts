import type { HeadFragment } from './generated/graphql'
import type { Markup } from './html'
import type { Locale } from './locale'

/** Where a reader is: what the address says. */
export interface Place {
  locale: Locale
  slug: string
  query: URLSearchParams
  signal: AbortSignal
}

/** A page, ready to be shown. */
export interface Page {
  /** What stands in `<head>`: the content's own, or just a title. */
  head: HeadFragment | { title: string; robots?: string }
  main: Markup
  /** Whether `main` has a search box of its own; else the header has one. */
  searches?: boolean
}

/** Makes a page; null where there is no such content. It turns data into markup and touches nothing else. */
export type Maker = (place: Place) => Promise<Page | null>
