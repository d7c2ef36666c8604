import type { Guide } from '../database'
import { day } from '../format'
import { html, type Markup } from '../html'
import { langOf, type Locale } from '../locale'
import { words } from '../words'

/** Who reviewed the guide and when, and a warning where the next review is overdue today, however old the copy is. */
export function review({ lastReviewedOn, reviewDueOn, reviewers }: Guide, locale: Locale): Markup {
  const { neverReviewed, overdue, reviewDue, reviewedBy, reviewedOn } = words[locale]
  const names = reviewers.edges.map((edge) => reviewer(edge, locale)).filter((each) => each !== null)
  return html`
    <div class="review">
      ${names.length > 0 && html`<p>${reviewedBy} ${names.map((name, at) => [at > 0 && ', ', name])}</p>`}
      ${lastReviewedOn
        ? html`<p><time datetime="${lastReviewedOn}">${reviewedOn(day(lastReviewedOn, locale))}</time></p>`
        : html`<p>${neverReviewed}</p>`}
      ${reviewDueOn && html`<p class="quiet">${reviewDue(day(reviewDueOn, locale))}</p>`}
      ${reviewDueOn && reviewDueOn < today() && html`<p class="warning">${overdue}</p>`}
    </div>`
}

function reviewer({ credential, node, role }: Guide['reviewers']['edges'][number], locale: Locale): Markup | null {
  if (node.__typename !== 'Physician') return null
  return html`<span${langOf(node, locale)}>${node.name}</span>${credential && `, ${credential}`}${role && ` (${role})`}`
}

/** The reader's day, as the API writes days. */
function today(): string {
  return new Date().toLocaleDateString('sv')
}
