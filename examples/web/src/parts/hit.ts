import type { SearchQuery } from '../generated/graphql'
import { html, type Markup, sanitised } from '../html'
import { langOf, type Locale, localeOf } from '../locale'
import { words } from '../words'

type Hit = SearchQuery['search']['edges'][number]

/** A hit: the title, marked where the words of the question stand in it, and what was found in the text. */
export function hit({ disclaimer, highlights, node }: Hit, locale: Locale): Markup {
  const { alsoKnown, kinds } = words[localeOf(node)]
  const found = new Map(highlights.map(({ field, fragments }) => [field, fragments[0]?.html ?? '']))
  const title = found.get('title')
  const name = found.get('alternateNames')
  const [text] = [...found].filter(([field]) => field !== 'title' && field !== 'alternateNames').map(([, each]) => each)
  return html`
    <li class="hit"${langOf(node, locale)}>
      <p class="eyebrow">${kinds[KINDS[node.__typename]]}${disclaimer && ` · ${disclaimer.title}`}</p>
      <h2><a href="${node.url}">${title ? sanitised(title) : node.title}</a></h2>
      ${name && html`<p>${alsoKnown}: ${sanitised(name)}</p>`}
      <p>${text ? excerpt(text) : node.summary}</p>
    </li>`
}

const KINDS = {
  Article: 'ARTICLE', Disclaimer: 'DISCLAIMER', Physician: 'PHYSICIAN', Procedure: 'PROCEDURE', Topic: 'TOPIC',
} as const

/** A fragment of a text, with dots where it was cut. */
function excerpt(fragment: string): Markup {
  const begins = /^(<mark>)?[^\p{Ll}]/u.test(fragment)
  const ends = /[.!?](<\/mark>)?\s*$/.test(fragment)
  return html`${!begins && '… '}${sanitised(fragment)}${!ends && ' …'}`
}
