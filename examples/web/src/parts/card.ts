import type {
  ArticleCardFragment,
  PhysicianCardFragment,
  ProcedureCardFragment,
  TopicChipFragment,
} from '../generated/graphql'
import { day } from '../format'
import { html, type Markup, type Part } from '../html'
import { langOf, type Locale, localeOf } from '../locale'
import { words } from '../words'
import { avatar } from './avatar'

export type Shown = ArticleCardFragment | ProcedureCardFragment | PhysicianCardFragment | TopicChipFragment

/** Whether there is a card for some content. */
export function isShown<Node extends { __typename: string }>(node: Node): node is Extract<Node, Shown> {
  return 'url' in node
}

/** Cards of content, in a list. */
export function cards(nodes: readonly Shown[], locale: Locale): Markup {
  return html`<ul class="cards">${nodes.map((node) => html`<li${langOf(node, locale)}>${card(node, localeOf(node))}</li>`)}</ul>`
}

/** Topics in a row. */
export function chips(topics: readonly TopicChipFragment[], locale: Locale): Markup {
  return html`
    <ul class="chips">${topics.map(
      (topic) => html`<li><a href="${topic.url}"${langOf(topic, locale)}>${topic.title}</a></li>`,
    )}</ul>`
}

function card(node: Shown, locale: Locale): Markup {
  const { genres, kinds, types } = words[locale]
  switch (node.__typename) {
    case 'Article':
      return framed(genres[node.genre], node, meta(node, locale))
    case 'Procedure':
      return framed(node.procedureType ? types[node.procedureType] : kinds.PROCEDURE, node)
    case 'Topic':
      return framed(kinds.TOPIC, { ...node, summary: '' })
    case 'Physician':
      return html`
        <article class="card card-person">
          ${avatar(node.name)}
          <h3><a href="${node.url}">${node.name}</a></h3>
          <p class="eyebrow">${node.jobTitle}</p>
          <p>${node.summary}</p>
        </article>`
  }
}

function framed(eyebrow: string, node: { url: string; title: string; summary: string }, meta?: Part): Markup {
  return html`
    <article class="card">
      <p class="eyebrow">${eyebrow}</p>
      <h3><a href="${node.url}">${node.title}</a></h3>
      ${node.summary && html`<p>${node.summary}</p>`}
      ${meta && html`<p class="meta">${meta}</p>`}
    </article>`
}

function meta({ disclaimer, lastReviewedOn, readingTimeMinutes }: ArticleCardFragment, locale: Locale): string {
  const { minutes, reviewedOn } = words[locale]
  const reviewed = lastReviewedOn && reviewedOn(day(lastReviewedOn, locale))
  return [minutes(readingTimeMinutes), reviewed, disclaimer.title].filter(Boolean).join(' · ')
}
