import type { Guide } from '../database'
import { listed } from '../format'
import { html, type Markup } from '../html'
import type { Locale } from '../locale'
import { words } from '../words'

/** Published works under a heading; nothing where there are none. */
export function citations(heading: string, works: readonly Guide['citations'][number][], locale: Locale): Markup {
  if (!works.length) return html``
  return html`
    <section class="citations">
      <h2>${heading}</h2>
      <ol>${works.map((work) => html`<li>${citation(work, locale)}</li>`)}</ol>
    </section>`
}

function citation(work: Guide['citations'][number], locale: Locale): Markup {
  const { authors, doi, evidenceLevel, publisher, title, year } = work
  const url = work.url ?? (doi && `https://doi.org/${doi}`)
  const source = [publisher, year, doi && `doi:${doi}`].filter(Boolean).join(', ')
  return html`
    ${authors.length > 0 && `${listed(authors, locale)}. `}
    ${url ? html`<a href="${url}" rel="noopener">${title}</a>` : html`<cite>${title}</cite>`}.
    ${source && `${source}.`}
    ${evidenceLevel && html`<span class="badge">${words[locale].evidence(evidenceLevel)}</span>`}`
}
