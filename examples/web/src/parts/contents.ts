import { html, type Markup } from '../html'
import type { Locale } from '../locale'
import { words } from '../words'

export interface Entry {
  anchor: string
  text: string
}

/** The table of contents; none where there are fewer than three entries. */
export function contents(entries: Entry[], locale: Locale): Markup {
  if (entries.length < 3) return html``
  return html`
    <nav class="contents" aria-labelledby="contents">
      <p id="contents">${words[locale].contents}</p>
      <ol>${entries.map(({ anchor, text }) => html`<li><a href="#${anchor}">${text}</a></li>`)}</ol>
    </nav>`
}
