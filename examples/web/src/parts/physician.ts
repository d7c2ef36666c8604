import { day, hours, language, listed } from '../format'
import { html, type Markup, type Part } from '../html'
import type { Locale } from '../locale'
import type { Physician } from '../pages/physician'
import { words } from '../words'

/** What a patient needs to know before a visit. */
export function practice(physician: Physician, locale: Locale): Markup {
  const say = words[locale]
  const names = [...physician.specialties.map(({ name }) => name), ...physician.subspecialties]
  const languages = physician.languages.map((tag) => language(tag, locale))
  return html`
    ${group(say.specialties, names)}
    ${group(say.speaks, languages.length ? [listed(languages, locale)] : [])}
    ${group(say.locations, physician.locations.map((location) => html`
      <strong>${location.name}</strong><br>${location.address}
      ${location.telephone && html`<br><a href="tel:${location.telephone.replace(/\s/g, '')}">${location.telephone}</a>`}
      ${location.hours.map((each) => html`<br><span class="quiet">${hours(each, locale)}</span>`)}`))}
    ${group(say.affiliations, physician.hospitalAffiliations)}`
}

/** Training, certifications and ties. Ties are named even where there are none: readers look for them. */
export function training(physician: Physician, locale: Locale): Markup {
  const say = words[locale]
  const disclosures = physician.disclosures.map((each) => `${each.organization}: ${say.disclosureKinds[each.kind]}`)
  return html`
    <div class="columns">
      ${group(say.certifications, physician.boardCertifications.map((each) => certification(each, locale)))}
      ${group(say.education, physician.education.map((each) => html`
        <strong>${each.degree ?? say.educations[each.kind]}</strong>${each.degree && ` (${say.educations[each.kind]})`}<br>
        ${[each.institution, each.year].filter(Boolean).join(', ')}`))}
      ${group(say.licenses, physician.licenses.map((each) =>
        [each.jurisdiction, each.number, each.until && say.until(day(each.until, locale))].filter(Boolean).join(', ')))}
      ${group(say.memberships, physician.memberships)}
      ${group(say.awards, physician.awards)}
      ${group(say.disclosures, disclosures.length ? disclosures : [say.noDisclosures])}
    </div>`
}

function certification(given: Physician['boardCertifications'][number], locale: Locale): Markup {
  const { until, verified, verify } = words[locale]
  const dates = [given.until && until(day(given.until, locale)), given.verifiedOn && verified(day(given.verifiedOn, locale))]
  return html`
    <strong>${given.specialty ?? given.board}</strong><br>${given.specialty && html`${given.board}<br>`}
    <span class="quiet">${dates.filter(Boolean).join(', ')}</span>
    ${given.url && html`<a href="${given.url}" rel="noopener" aria-label="${verify}: ${given.board}">${verify}</a>`}`
}

function group(heading: string, items: readonly Part[]): Markup {
  if (!items.length) return html``
  return html`<section class="group"><h2>${heading}</h2><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></section>`
}
