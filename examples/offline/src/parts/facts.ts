import { listed, range } from '../format'
import { html, type Markup, type Part } from '../html'
import type { Locale } from '../locale'
import type { Guide } from '../database'
import { words } from '../words'

/** A procedure at a glance. What is not known is left out. */
export function facts(guide: Guide, locale: Locale): Markup {
  const { anesthesia, bodyLocations, durationMinutes, hospitalStayDays, procedureType, setting } = guide
  const say = words[locale]
  const rows: [string, Part][] = [
    [say.type, procedureType && say.types[procedureType]],
    [say.body, listed(bodyLocations, locale)],
    [say.where, setting && say.settings[setting]],
    [say.duration, durationMinutes && say.durationMinutes(range(durationMinutes))],
    [say.stay, hospitalStayDays && say.stayDays(range(hospitalStayDays))],
    [say.anesthesia, anesthesia],
  ]
  return html`
    <section class="facts" aria-labelledby="facts">
      <h2 id="facts">${say.facts}</h2>
      <dl>${rows.filter(([, value]) => value).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    </section>`
}
