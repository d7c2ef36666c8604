import type { Activity } from '../occasions'
import type { State } from '../database'
import { moment } from '../format'
import { html, type Markup } from '../html'
import type { Locale } from '../locale'
import { words } from '../words'

const DAY = 86_400_000
/** After how many days without a finished sync the reader is warned. */
const OLD = 14

/** How fresh the copy is. While pages of a sync are missing, it also says when the API answered last. */
export function freshness({ asOf, began, checked }: State, locale: Locale): Markup {
  const say = words[locale]
  if (asOf === null) return html`<p>${say.empty}</p>`
  const days = Math.floor((Date.now() - asOf) / DAY)
  return html`
    <p><strong>${say.asOf(moment(asOf, locale))}</strong>
      ${began !== null && checked !== null && say.lastChecked(moment(checked, locale))}</p>
    ${days >= OLD && html`<p class="warning">${say.old(days)}</p>`}`
}

/** What the app is about, in words; nothing where there is nothing to say. */
export function telling(activity: Activity, locale: Locale): string {
  const { activities, waiting } = words[locale]
  return activity.name === 'WAITING' ? waiting(activity.seconds) : activities[activity.name]
}
