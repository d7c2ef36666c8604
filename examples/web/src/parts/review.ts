import type { ReviewersFragment, ReviewState } from '../generated/graphql'
import { day } from '../format'
import { html, type Markup } from '../html'
import { langOf, type Locale } from '../locale'
import { words } from '../words'

type Reviewed = ReviewersFragment & {
  lastReviewedOn: string | null
  reviewDueOn: string | null
  reviewState: ReviewState
}

/** Who reviewed the content and when, and a warning where the next review is overdue. */
export function review(content: Reviewed, locale: Locale): Markup {
  const { neverReviewed, overdue, reviewDue, reviewedBy, reviewedOn } = words[locale]
  const { lastReviewedOn, reviewDueOn, reviewState } = content
  const names = content.reviewers.edges.map((edge) => reviewer(edge, locale)).filter((each) => each !== null)
  return html`
    <div class="review">
      ${names.length > 0 && html`<p>${reviewedBy} ${names.map((name, at) => [at > 0 && ', ', name])}</p>`}
      ${lastReviewedOn
        ? html`<p><time datetime="${lastReviewedOn}">${reviewedOn(day(lastReviewedOn, locale))}</time></p>`
        : html`<p>${neverReviewed}</p>`}
      ${reviewDueOn && html`<p class="quiet">${reviewDue(day(reviewDueOn, locale))}</p>`}
      ${reviewState === 'OVERDUE' && html`<p class="warning">${overdue}</p>`}
    </div>`
}

function reviewer(edge: ReviewersFragment['reviewers']['edges'][number], locale: Locale): Markup | null {
  const { credential, node, role } = edge
  if (node.__typename !== 'Physician') return null
  const name = html`<a href="${node.url}"${langOf(node, locale)}>${node.name}</a>`
  return html`${name}${credential && `, ${credential}`}${role && ` (${role})`}`
}
