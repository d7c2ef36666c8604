import type { Copy } from '../copy'
import type { Kept } from '../database'
import { html, type Markup } from '../html'
import { langOf, type Locale, localeOf } from '../locale'
import { addressOf } from '../place'
import { words } from '../words'

/** All guides, by their titles, with a field to find one. */
export function list({ guides, state }: Copy, locale: Locale, isOffline: boolean): Markup {
  const say = words[locale]
  if (state.asOf === null) return isOffline ? told(say.notYet, say.notYetText) : told(say.loading, say.loadingText)
  const sorted = guides.toSorted((one, other) => one.node.title.localeCompare(other.node.title, locale))
  return html`
    <div class="list wide">
      <h1 tabindex="-1">${say.guides}</h1>
      <p class="deck">${say.guidesText}</p>
      <label class="find" for="find">${say.find}</label>
      <input id="find" type="search" autocomplete="off">
      <p class="quiet">${sorted.length > 0 ? say.count(sorted.length) : say.none}</p>
      <ul class="cards">${sorted.map((guide) => card(guide, locale))}</ul>
      <p id="nothing-found" role="status" data-words="${say.nothingFound}"></p>
    </div>`
}

function card({ node, nodeId }: Kept, locale: Locale): Markup {
  const { types } = words[localeOf(node)]
  const about = [...node.bodyLocations, node.procedureType && types[node.procedureType]].filter(Boolean).join(' · ')
  const sought = [node.title, ...node.alternateNames, ...node.bodyLocations, node.summary].join(' ')
  return html`
    <li class="card" data-words="${plain(sought)}"${langOf(node, locale)}>
      <p class="eyebrow">${about}</p>
      <h2><a href="${addressOf({ locale, guide: nodeId })}">${node.title}</a></h2>
      <p>${node.summary}</p>
    </li>`
}

function told(title: string, text: string): Markup {
  return html`
    <div class="problem wide">
      <h1 tabindex="-1">${title}</h1>
      <p class="deck">${text}</p>
    </div>`
}

/** Shows those guides only that have all words of a text. */
export function find(text: string): void {
  const cards = [...document.querySelectorAll<HTMLElement>('.cards > li')]
  const sought = plain(text).split(/\s+/)
  for (const card of cards) card.hidden = !sought.every((word) => card.dataset.words?.includes(word))
  const nothing = document.querySelector<HTMLElement>('#nothing-found')!
  nothing.textContent = cards.length > 0 && cards.every(({ hidden }) => hidden) ? nothing.dataset.words! : ''
}

/** A text without accents and capitals: people leave them out. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
