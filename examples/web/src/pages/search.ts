import { ask } from '../api'
import { SearchDocument, type SearchKind, type SearchQuery, type SearchQueryVariables } from '../generated/graphql'
import { html, type Markup } from '../html'
import type { Locale } from '../locale'
import type { Page, Place } from '../page'
import { facets } from '../parts/facets'
import { hit } from '../parts/hit'
import { notices } from '../parts/notices'
import { searchBox } from '../parts/search-form'
import { words } from '../words'

const SIZE = 10

type Found = SearchQuery['search']

/** Search results. All that was chosen stands in the address: /en/search?q=knee&kind=ARTICLE. */
export async function search({ locale, query, signal }: Place): Promise<Page> {
  const say = words[locale]
  const text = query.get('q')?.trim() ?? ''
  const { search } = text ? await ask(SearchDocument, asked(locale, text, query), signal) : { search: null }
  const main = html`
    <div class="wide results-page">
      <h1 tabindex="-1">${say.searchTitle(text)}</h1>
      ${searchBox(locale, text)}
      ${search ? results(search, locale, query) : html`<p>${say.searchEmpty}</p>`}
    </div>`
  return { head: { title: say.searchTitle(text), robots: 'noindex' }, main, searches: true }
}

function asked(locale: Locale, text: string, query: URLSearchParams): SearchQueryVariables {
  const chosen = (name: string) => (query.has(name) ? query.getAll(name) : null)
  const before = query.get('before')
  return {
    locale,
    text,
    kinds: chosen('kind') as SearchKind[] | null,
    filter: { topics: chosen('topic'), authors: chosen('author') },
    ...(before ? { last: SIZE, before } : { first: SIZE, after: query.get('after') }),
  }
}

function results(found: Found, locale: Locale, query: URLSearchParams): Markup {
  const { corrected, noResults, results } = words[locale]
  return html`
    ${found.didYouMean && html`
      <p class="corrected">${corrected} <a href="?q=${encodeURIComponent(found.didYouMean)}">${found.didYouMean}</a></p>`}
    <div class="results">
      ${facets(found.facets, locale, query)}
      <div>
        <p role="status">${found.totalCount ? results(found.totalCount) : noResults}</p>
        <ol class="hits">${found.edges.map((edge) => hit(edge, locale))}</ol>
        ${pages(found.pageInfo, locale, query)}
        ${notices(found.edges.map(({ disclaimer }) => disclaimer), locale)}
      </div>
    </div>`
}

function pages({ endCursor, hasNextPage, hasPreviousPage, startCursor }: Found['pageInfo'], locale: Locale, query: URLSearchParams) {
  const { next, pages, previous } = words[locale]
  if (!hasNextPage && !hasPreviousPage) return html``
  return html`
    <nav class="pages" aria-label="${pages}">
      ${hasPreviousPage && html`<a class="button plain" rel="prev" href="${turn(query, 'before', startCursor)}">${previous}</a>`}
      ${hasNextPage && html`<a class="button plain" rel="next" href="${turn(query, 'after', endCursor)}">${next}</a>`}
    </nav>`
}

function turn(query: URLSearchParams, way: 'before' | 'after', cursor: string | null): string {
  const turned = new URLSearchParams(query)
  turned.delete('before')
  turned.delete('after')
  turned.set(way, cursor ?? '')
  return `?${turned}`
}
