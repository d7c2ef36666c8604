import { type Copy, read } from './copy'
import { html, type Markup } from './html'
import type { Activity } from './occasions'
import { guide } from './pages/guide'
import { find, list } from './pages/list'
import { missing } from './pages/missing'
import { freshness, telling } from './parts/freshness'
import { lead } from './parts/links'
import { notices } from './parts/notices'
import { languages } from './parts/shell'
import { type Place, placeOf } from './place'
import { words } from './words'

/** Where the reader is, what the app is about, and whether the guide that is open was updated meanwhile. */
export const reader: { place: Place; activity: Activity; updated: boolean } = {
  place: placeOf(new URL(location.href)),
  activity: { name: 'CHECKING' },
  updated: false,
}

/** What each element shows: what stays the same is not touched, so nothing happens to what was opened in it. */
const shown = new Map<string, string>()
let draws = 0
let open: { nodeId: string; time: string } | undefined

/** Shows what is on the device now, where the reader is. */
export async function draw(): Promise<void> {
  const turn = ++draws
  const copy = await read(reader.place.locale)
  if (turn !== draws) return // a later one has read more
  const { locale } = reader.place
  put('#languages', languages(reader.place), copy)
  put('#freshness', freshness(copy.state, locale), copy)
  put('#notices', notices(copy.notices.filter(({ nodeId }) => nodeId !== reader.place.guide), locale), copy)
  const found = copy.guides.find(({ nodeId }) => nodeId === reader.place.guide)
  if (open && open.nodeId === found?.nodeId && open.time !== found.time) reader.updated = true
  open = found
  putPage(found ? guide(found, locale) : other(copy), copy)
  document.title = `${found?.node.title ?? words[locale].guides} | ${words[locale].practice}`
  const told = reader.updated ? words[locale].updated : telling(reader.activity, locale)
  put('#activity', html`${told}`, copy)
}

/** The place that is no guide: the list, or why the guide is not there. */
function other(copy: Copy): Markup {
  const { guide: id, locale } = reader.place
  if (id === null || copy.state.asOf === null) return list(copy, locale, reader.activity.name === 'OFFLINE')
  return missing(copy.notices.find(({ nodeId }) => nodeId === id), locale)
}

/** Shows the page. Who was typing or reading in it stays there. */
function putPage(page: Markup, copy: Copy): void {
  const main = document.querySelector('#main')!
  const field = () => main.querySelector<HTMLInputElement>('#find')
  const [sought, held] = [field()?.value, document.activeElement]
  const within = main.contains(held)
  const typing = held === field()
  put('#main', page, copy)
  if (sought && field()) {
    field()!.value = sought
    find(sought)
  }
  if (within && !main.contains(document.activeElement)) focus(typing && field() ? '#find' : 'h1')
}

/** Puts markup into an element, with its links led to where they can be followed. */
function put(selector: string, markup: Markup, { guides }: Copy): void {
  const made = document.createElement('template')
  made.innerHTML = markup.toString()
  lead(made.content, guides, reader.place.locale)
  if (shown.get(selector) === made.innerHTML) return
  shown.set(selector, made.innerHTML)
  document.querySelector(selector)!.replaceChildren(made.content)
}

/** Moves the focus. */
export function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true })
}
