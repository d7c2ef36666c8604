import { ask } from '../api'
import { ProcedureDocument, type ProcedureQuery } from '../generated/graphql'
import { html, type Markup, sanitised } from '../html'
import { type Locale, localeOf } from '../locale'
import type { Page, Place } from '../page'
import { cards, chips } from '../parts/card'
import { citations } from '../parts/citations'
import { contents } from '../parts/contents'
import { withDisclaimer } from '../parts/disclaimer'
import { facts } from '../parts/facts'
import { layout, part } from '../parts/layout'
import { noticesOf } from '../parts/notices'
import { faqs, help, preparation, recovery, risks } from '../parts/procedure'
import { related, targets } from '../parts/related'
import { review } from '../parts/review'
import { words } from '../words'

export type Procedure = NonNullable<ProcedureQuery['procedure']>

/** A guide to a procedure, from whether to have it to the last phase of recovery. */
export async function procedure({ locale, slug, signal }: Place): Promise<Page | null> {
  const { procedure } = await ask(ProcedureDocument, { locale, slug }, signal)
  if (!procedure) return null
  const served = localeOf(procedure)
  const parts = partsOf(procedure, served).filter(({ body }) => body.toString().trim())
  const text = html`
    ${facts(procedure, served)}
    <div class="rich">${sanitised(procedure.overview.html)}</div>
    ${parts.map(({ anchor, body, text }) => part(anchor, text, body))}`
  const main = layout({
    content: procedure,
    locale,
    header: header(procedure, served),
    aside: contents(parts, served),
    text: html`${withDisclaimer(procedure.disclaimer, text, served)}${notes(procedure, served)}`,
    end: end(procedure, locale),
  })
  return { head: procedure, main }
}

function header(procedure: Procedure, locale: Locale): Markup {
  const { alsoKnown, kinds } = words[locale]
  const names = procedure.alternateNames.join(', ')
  return html`
    <p class="eyebrow">${kinds.PROCEDURE}</p>
    <h1 tabindex="-1">${procedure.title}</h1>
    <p class="deck">${procedure.summary}</p>
    ${names && html`<p class="quiet">${alsoKnown}: ${names}</p>`}
    <div class="byline">${review(procedure, locale)}</div>`
}

function partsOf(procedure: Procedure, locale: Locale) {
  const say = words[locale]
  return [
    { anchor: 'indications', text: say.indications, body: rich(procedure.indications) },
    { anchor: 'contraindications', text: say.contraindications, body: rich(procedure.contraindications) },
    { anchor: 'preparation', text: say.preparation, body: preparation(procedure, locale) },
    { anchor: 'what-happens', text: say.howPerformed, body: rich(procedure.howPerformed) },
    { anchor: 'recovery', text: say.recovery, body: recovery(procedure, locale) },
    { anchor: 'follow-up', text: say.followup, body: rich(procedure.followup) },
    { anchor: 'help', text: say.help, body: help(procedure, locale) },
    { anchor: 'outcome', text: say.outcome, body: rich(procedure.expectedOutcome) },
    { anchor: 'risks', text: say.risks, body: risks(procedure, locale) },
    { anchor: 'alternatives', text: say.alternatives, body: rich(procedure.alternatives) },
    { anchor: 'questions', text: say.faqs, body: faqs(procedure) },
  ]
}

function rich(text: { html: string }): Markup {
  return text.html ? html`<div class="rich">${sanitised(text.html)}</div>` : html``
}

function notes(procedure: Procedure, locale: Locale): Markup {
  return html`
    ${citations(words[locale].references, procedure.citations, locale)}
    <p class="quiet">${[procedure.creditText, procedure.license].filter(Boolean).join(' · ')}</p>`
}

function end(procedure: Procedure, locale: Locale): Markup {
  const { aboutProcedure, performedBy, topics } = words[locale]
  const articles = procedure.articles.nodes
  return html`
    ${procedure.performedBy.length > 0 && html`
      <section><h2>${performedBy}</h2>${cards(procedure.performedBy, locale)}</section>`}
    ${related(procedure, locale)}
    ${articles.length > 0 && html`
      <section><h2>${aboutProcedure}</h2>${cards(articles, locale)}</section>`}
    ${procedure.topics.length > 0 && html`<section><h2>${topics}</h2>${chips(procedure.topics, locale)}</section>`}
    ${noticesOf([...targets(procedure), ...articles], locale, procedure.disclaimer)}`
}
