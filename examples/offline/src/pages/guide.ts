import type { Guide, Kept } from '../database'
import { day, language } from '../format'
import { html, type Markup, sanitised } from '../html'
import { langOf, type Locale, localeOf } from '../locale'
import { citations } from '../parts/citations'
import { withDisclaimer } from '../parts/disclaimer'
import { facts } from '../parts/facts'
import { faqs, help, preparation, recovery, risks } from '../parts/procedure'
import { review } from '../parts/review'
import { words } from '../words'

interface Part {
  anchor: string
  heading: string
  body: Markup
}

/** A guide, from whether to have the procedure to the last phase of recovery. */
export function guide({ causes, node, time }: Kept, locale: Locale): Markup {
  const served = localeOf(node)
  return html`
    <article class="content wide">
      <p class="back"><a href="/${locale}">${words[locale].back}</a></p>
      ${served !== locale && html`<p class="fallback">${words[locale].onlyIn(language(served, locale))}</p>`}
      <header${langOf(node, locale)}>${header(node, served)}</header>
      <div class="text" id="guide" tabindex="-1"${langOf(node, locale)}>
        ${withDisclaimer(node.disclaimer, () => text(node, served), served)}
      </div>
      <p class="quiet changed">${changed(causes, time, locale)}</p>
    </article>`
}

function header(node: Guide, locale: Locale): Markup {
  const { alsoKnown, procedure } = words[locale]
  const names = node.alternateNames.join(', ')
  return html`
    <p class="eyebrow">${procedure}</p>
    <h1 tabindex="-1">${node.title}</h1>
    <p class="deck">${node.summary}</p>
    ${names && html`<p class="quiet">${alsoKnown}: ${names}</p>`}
    ${review(node, locale)}`
}

function text(node: Guide, locale: Locale): Markup {
  const parts = partsOf(node, locale).filter(({ body }) => body.toString().trim())
  return html`
    ${facts(node, locale)}
    ${contents(node, parts, locale)}
    <div class="rich">${sanitised(node.overview.html)}</div>
    ${parts.map(({ anchor, body, heading }) => html`<section class="part"><h2 id="${anchor}">${heading}</h2>${body}</section>`)}
    ${citations(words[locale].references, node.citations, locale)}
    <p class="quiet">${[node.creditText, node.license].filter(Boolean).join(' · ')}</p>`
}

function partsOf(node: Guide, locale: Locale): Part[] {
  const say = words[locale]
  return [
    { anchor: 'help', heading: say.help, body: help(node, locale) },
    { anchor: 'indications', heading: say.indications, body: rich(node.indications) },
    { anchor: 'contraindications', heading: say.contraindications, body: rich(node.contraindications) },
    { anchor: 'preparation', heading: say.preparation, body: preparation(node, locale) },
    { anchor: 'what-happens', heading: say.howPerformed, body: rich(node.howPerformed) },
    { anchor: 'recovery', heading: say.recovery, body: recovery(node, locale) },
    { anchor: 'follow-up', heading: say.followup, body: rich(node.followup) },
    { anchor: 'outcome', heading: say.outcome, body: rich(node.expectedOutcome) },
    { anchor: 'risks', heading: say.risks, body: risks(node, locale) },
    { anchor: 'alternatives', heading: say.alternatives, body: rich(node.alternatives) },
    { anchor: 'questions', heading: say.faqs, body: faqs(node) },
    { anchor: 'physicians', heading: say.performedBy, body: physicians(node, locale) },
  ]
}

/** The table of contents. It leads to the disclaimer too, where that stands at the end. */
function contents({ disclaimer }: Guide, parts: Part[], locale: Locale): Markup {
  const entries = parts.map(({ anchor, heading }) => ({ anchor, heading }))
  if (disclaimer.placement !== 'BEFORE_CONTENT') entries.push({ anchor: 'disclaimer-after', heading: disclaimer.title })
  return html`
    <nav class="contents" aria-labelledby="contents">
      <p id="contents">${words[locale].contents}</p>
      <ol>${entries.map(({ anchor, heading }) => html`<li><a href="#${anchor}">${heading}</a></li>`)}</ol>
    </nav>`
}

function rich(text: { html: string }): Markup {
  return text.html ? html`<div class="rich">${sanitised(text.html)}</div>` : html``
}

function physicians({ performedBy }: Guide, locale: Locale): Markup {
  if (!performedBy.length) return html``
  return html`
    <ul class="physicians">${performedBy.map((each) => html`
      <li${langOf(each, locale)}>
        <p><a href="${each.url}"><strong>${each.name}</strong></a></p>
        <p class="quiet">${each.jobTitle}</p>
        ${each.telephone && html`<p><a href="tel:${each.telephone.replace(/[^+\d]/g, '')}">${words[locale].call(each.telephone)}</a></p>`}
      </li>`)}
    </ul>`
}

/** When the guide changed last, and by what, where it was not by an edition of its own. */
function changed(causes: Kept['causes'], time: string, locale: Locale): string {
  const { causes: names, changed } = words[locale]
  const found = causes.map(({ kind }) => (kind === 'DISCLAIMER' || kind === 'PHYSICIAN' ? names[kind] : names.OTHER))
  const because = found.length > 0 ? ` (${[...new Set(found)].join(', ')})` : ''
  return `${changed(day(time, locale))}${because}.`
}
