import type { SearchFacet, SearchKind, SearchQuery } from '../generated/graphql'
import { html, type Markup, type Part } from '../html'
import type { Locale } from '../locale'
import { words } from '../words'

type Facet = SearchQuery['search']['facets'][number]
type Value = Facet['values'][number]

const MOST = 8 // values of a facet: those with the most hits

/** Links that narrow a search, each with the number of its hits. The one that was chosen leads back to all. */
export function facets(given: readonly Facet[], locale: Locale, query: URLSearchParams): Markup {
  const counted = given.filter(({ values }) => values.length > 0)
  if (!counted.length) return html`<div></div>`
  return html`
    <nav class="facets" aria-label="${words[locale].narrow}">${counted.map(({ by, values }) => html`
      <h2 class="small">${words[locale].facets[by]}</h2>
      <ul>${values.slice(0, MOST).map((value) => html`<li>${choice(by, value, locale, query)}</li>`)}</ul>`)}
    </nav>`
}

function choice(by: SearchFacet, { count, label, value }: Value, locale: Locale, query: URLSearchParams): Part {
  const name = by.toLowerCase()
  const chosen = query.get(name) === value
  const narrowed = new URLSearchParams({ q: query.get('q') ?? '' })
  for (const each of ['kind', 'topic', 'author']) if (query.has(each)) narrowed.set(each, query.get(each)!)
  if (chosen) narrowed.delete(name)
  else narrowed.set(name, value)
  const shown = by === 'KIND' ? words[locale].kinds[value as SearchKind] : label
  return html`<a href="?${narrowed.toString()}"${chosen && html` aria-current="true"`}>${shown} <small>${count}</small></a>`
}
