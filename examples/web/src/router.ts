import { dress } from './head'
import { DEFAULT, isLocale, type Locale, preferred } from './locale'
import type { Maker, Page, Place } from './page'
import { article } from './pages/article'
import { home } from './pages/home'
import { physician } from './pages/physician'
import { notFound, problem } from './pages/problem'
import { procedure } from './pages/procedure'
import { search } from './pages/search'
import { topic } from './pages/topic'
import { shell } from './parts/shell'

/** The pages of content, by the second part of their path: /en/article/considering-lumbar-fusion. */
const OF_CONTENT = new Map<string, Maker>(Object.entries({ article, procedure, physician, topic }))

/** Shows the page of a navigation inside the site, and leaves all others to the browser. */
export function navigate(event: NavigateEvent): void {
  const url = new URL(event.destination.url)
  if (!event.canIntercept || event.hashChange || event.downloadRequest !== null || url.origin !== location.origin) return
  event.intercept({ focusReset: 'manual', handler: () => arrive(url, event.signal) })
}

async function arrive(url: URL, signal: AbortSignal): Promise<void> {
  await show(url, signal)
  document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true }) // screen readers read the new title
}

/** Shows the page of an address. A reader who is on the way to another by then (`signal`) does not see it. */
export async function show(url: URL, signal: AbortSignal): Promise<void> {
  const [first, ...path] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent)
  if (!first) return location.replace(`/${preferred()}`)
  const locale = isLocale(first) ? first : DEFAULT
  document.documentElement.ariaBusy = 'true'
  const place: Place = { locale, slug: path[1] ?? '', query: url.searchParams, signal }
  const page = await made(isLocale(first) ? maker(path) : undefined, place)
  if (!signal.aborted) draw(page, locale, url)
}

function maker([kind, slug, ...rest]: string[]): Maker | undefined {
  if (!kind) return home
  if (kind === 'search' && !slug) return search
  return slug && !rest.length ? OF_CONTENT.get(kind) : undefined
}

async function made(make: Maker | undefined, place: Place): Promise<Page> {
  try {
    return (await make?.(place)) ?? notFound(place)
  } catch (error) {
    return problem(error, place)
  }
}

function draw(page: Page, locale: Locale, url: URL): void {
  document.documentElement.ariaBusy = null
  dress(page.head, locale)
  document.querySelector('#site')!.innerHTML = shell(page, locale, url).toString()
  rename(page, locale, url)
  if (url.hash) document.getElementById(decodeURIComponent(url.hash.slice(1)))?.scrollIntoView()
}

/** Content that was renamed is found under its past slugs too: the address bar then gets the present one. */
function rename({ head }: Page, locale: Locale, url: URL): void {
  if (!('url' in head) || head.locale !== locale) return
  const present = new URL(head.url)
  if (present.origin === url.origin && present.pathname !== url.pathname) {
    history.replaceState(history.state, '', present.pathname + url.search + url.hash)
  }
}
