import type { Notice } from '../database'
import { html, type Markup } from '../html'
import type { Locale } from '../locale'
import { reason } from '../parts/notices'
import { words } from '../words'

/** What is shown in the place of a guide that is not on the device: why it was withdrawn, if it was. */
export function missing(notice: Notice | undefined, locale: Locale): Markup {
  const { back, gone, goneText, unknown, unknownText } = words[locale]
  return html`
    <div class="problem wide">
      <h1 tabindex="-1">${notice ? gone(notice.title) : unknown}</h1>
      ${notice && html`<p class="deck">${reason(notice, locale)}</p>`}
      <p>${notice ? goneText : unknownText}</p>
      <p><a class="button" href="/${locale}">${back}</a></p>
    </div>`
}
