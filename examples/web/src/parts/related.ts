import type { RelatedFragment } from '../generated/graphql'
import { html, type Markup } from '../html'
import { langOf, type Locale, localeOf } from '../locale'
import { words } from '../words'

type Edge = RelatedFragment['links']['edges'][number]

/** The editors' links, under their headings and in their order. */
export function related(content: RelatedFragment, locale: Locale): Markup {
  const served = localeOf(content)
  const groups = Map.groupBy(content.links.edges, ({ heading, kind }) => heading ?? words[served].linkGroups[kind] ?? '')
  return html`
    ${[...groups].map(([heading, edges]) => html`
      <section class="related"${langOf(content, locale)}>
        <h2>${heading}</h2>
        <ul>${edges.map((edge) => item(edge, served))}</ul>
      </section>`)}`
}

/** What the editors' links lead to. */
export function targets({ links }: RelatedFragment): Edge['node'][] {
  return links.edges.map(({ node }) => node)
}

function item({ node, note }: Edge, locale: Locale): Markup {
  if (node.__typename === 'Disclaimer') return html``
  const link = node.__typename === 'ExternalPage'
    ? html`<a href="${node.url}" rel="noopener">${node.label} <small>${words[locale].external}</small></a>`
    : html`<a href="${node.url}"${langOf(node, locale)}>${node.title}</a>`
  return html`<li>${link}${note && html`<p>${note}</p>`}</li>`
}
