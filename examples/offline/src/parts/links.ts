import type { Kept } from '../database'
import type { Locale } from '../locale'
import { addressOf } from '../place'
import { words } from '../words'

/** Leads links to guides that are on the device to them; what is on the web is opened there, and says so. */
export function lead(within: ParentNode, guides: readonly Kept[], locale: Locale): void {
  const places = new Map(guides.map(({ node, nodeId }) => [node.url, addressOf({ locale, guide: nodeId })]))
  for (const link of within.querySelectorAll<HTMLAnchorElement>('a[href^="http"]')) {
    const [page, anchor] = link.href.split('#')
    const place = places.get(page!)
    if (place) link.setAttribute('href', anchor ? `${place}#${anchor}` : place)
    else outward(link, locale)
  }
}

function outward(link: HTMLAnchorElement, locale: Locale): void {
  link.target = '_blank'
  link.rel = 'noopener noreferrer'
  const note = document.createElement('span')
  note.className = 'for-screen-readers'
  note.textContent = ` (${words[locale].external})`
  link.append(note)
}
