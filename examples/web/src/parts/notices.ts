import type { NoticeFragment } from '../generated/graphql'
import { html, type Markup } from '../html'
import { langOf, type Locale } from '../locale'
import { words } from '../words'

/** The disclaimers of all articles that a list shows, each of them once. It stands under the list. */
export function notices(shown: Iterable<NoticeFragment | null | undefined>, locale: Locale): Markup {
  const distinct = new Map([...shown].filter((each) => each != null).map((each) => [each.id + each.locale, each]))
  if (!distinct.size) return html``
  return html`
    <div class="notices" role="note" aria-labelledby="notices">
      <p class="notices-title" id="notices">${words[locale].notices}</p>
      ${[...distinct.values()].map((each) => html`
        <div${langOf(each, locale)}><p><strong>${each.title}</strong></p>${paragraphs(each.text)}</div>`)}
    </div>`
}

/** The disclaimers of those of some nodes that have one, but for the one that the page itself has. */
export function noticesOf(nodes: readonly object[], locale: Locale, shown?: { id: string; locale: string }): Markup {
  const found = nodes.map((node) => ('disclaimer' in node ? (node.disclaimer as NoticeFragment) : null))
  return notices(found.filter((each) => each?.id !== shown?.id || each?.locale !== shown?.locale), locale)
}

function paragraphs(text: string): Markup[] {
  return text.split(/\n\s*\n/).map((each) => html`<p>${each}</p>`)
}
