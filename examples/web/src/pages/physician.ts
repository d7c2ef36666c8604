import { ask } from '../api'
import { day } from '../format'
import { PhysicianDocument, type PhysicianQuery } from '../generated/graphql'
import { html, type Markup, sanitised } from '../html'
import { type Locale, localeOf } from '../locale'
import type { Page, Place } from '../page'
import { avatar } from '../parts/avatar'
import { cards, chips } from '../parts/card'
import { citations } from '../parts/citations'
import { withDisclaimer } from '../parts/disclaimer'
import { layout } from '../parts/layout'
import { noticesOf } from '../parts/notices'
import { practice, training } from '../parts/physician'
import { related, targets } from '../parts/related'
import { words } from '../words'

export type Physician = NonNullable<PhysicianQuery['physician']>

/** A physician: who, where, with which training and which ties. */
export async function physician({ locale, slug, signal }: Place): Promise<Page | null> {
  const { physician } = await ask(PhysicianDocument, { locale, slug }, signal)
  if (!physician) return null
  const served = localeOf(physician)
  const { about, bioVerified, publications } = words[served]
  const text = html`
    <h2>${about(physician.name)}</h2>
    <div class="rich">${sanitised(physician.bio.html)}</div>
    ${training(physician, served)}
    ${citations(publications, physician.publications, served)}
    ${physician.lastVerifiedOn && html`<p class="quiet">${bioVerified(day(physician.lastVerifiedOn, served))}</p>`}`
  const main = layout({
    content: physician,
    locale,
    header: header(physician, served),
    aside: practice(physician, served),
    text: withDisclaimer(physician.disclaimer, text, served),
    end: end(physician, locale),
  })
  return { head: physician, main }
}

function header(physician: Physician, locale: Locale): Markup {
  const { acceptingNewPatients, appointmentUrl, honorificSuffix, jobTitle, name, pronouns, telephone } = physician
  const { accepting, appointment, call, notAccepting } = words[locale]
  return html`
    <div class="person">
      ${avatar(name)}
      <div>
        <h1 tabindex="-1">${name}</h1>
        <p class="deck">${[honorificSuffix, jobTitle, pronouns].filter(Boolean).join(' · ')}</p>
      </div>
    </div>
    <p class="short">${physician.shortBio}</p>
    <p class="actions">
      ${appointmentUrl && html`<a class="button" href="${appointmentUrl}" rel="noopener">${appointment}</a>`}
      ${telephone && html`<a class="button plain" href="tel:${telephone.replace(/\s/g, '')}">${call(telephone)}</a>`}
      ${acceptingNewPatients !== null && html`
        <span class="badge ${acceptingNewPatients ? 'good' : ''}">${acceptingNewPatients ? accepting : notAccepting}</span>`}
    </p>`
}

function end(physician: Physician, locale: Locale): Markup {
  const { performs, topics, wrote } = words[locale]
  const articles = physician.articles.nodes
  return html`
    ${physician.procedures.nodes.length > 0 && html`
      <section><h2>${performs}</h2>${cards(physician.procedures.nodes, locale)}</section>`}
    ${articles.length > 0 && html`
      <section><h2>${wrote}</h2>${cards(articles, locale)}</section>`}
    ${related(physician, locale)}
    ${physician.topics.length > 0 && html`<section><h2>${topics}</h2>${chips(physician.topics, locale)}</section>`}
    ${noticesOf([...articles, ...targets(physician)], locale, physician.disclaimer)}`
}
