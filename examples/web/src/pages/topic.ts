import { ask } from '../api'
import { TopicDocument, type TopicQuery } from '../generated/graphql'
import { html, type Markup } from '../html'
import { type Locale, localeOf } from '../locale'
import type { Page, Place } from '../page'
import { cards, chips, isShown } from '../parts/card'
import { layout } from '../parts/layout'
import { noticesOf } from '../parts/notices'
import { words } from '../words'

type Topic = NonNullable<TopicQuery['topic']>

/** A topic, and everything about it, a page at a time. */
export async function topic({ locale, query, slug, signal }: Place): Promise<Page | null> {
  const { topic } = await ask(TopicDocument, { locale, slug, after: query.get('after') }, signal)
  if (!topic) return null
  const main = layout({ content: topic, locale, header: header(topic, localeOf(topic)), end: end(topic, locale) })
  return { head: topic, main }
}

function header(topic: Topic, locale: Locale): Markup {
  const { alsoKnown, broader, kinds } = words[locale]
  const names = topic.alternateNames.join(', ')
  return html`
    <p class="eyebrow">${kinds.TOPIC}</p>
    <h1 tabindex="-1">${topic.title}</h1>
    <p class="deck">${topic.summary}</p>
    ${names && html`<p class="quiet">${alsoKnown}: ${names}</p>`}
    ${topic.broader.length > 0 && html`<h2 class="small">${broader}</h2>${chips(topic.broader, locale)}`}`
}

function end(topic: Topic, locale: Locale): Markup {
  const { everything, narrower, next, nothingYet } = words[locale]
  const { nodes, pageInfo } = topic.content
  return html`
    ${topic.narrower.nodes.length > 0 && html`<section><h2>${narrower}</h2>${chips(topic.narrower.nodes, locale)}</section>`}
    <section>
      <h2>${everything}</h2>
      ${nodes.length ? cards(nodes.filter(isShown), locale) : html`<p>${nothingYet}</p>`}
      ${pageInfo.hasNextPage && html`<p><a class="button" rel="next" href="?after=${pageInfo.endCursor}">${next}</a></p>`}
    </section>
    ${noticesOf(nodes, locale)}`
}
