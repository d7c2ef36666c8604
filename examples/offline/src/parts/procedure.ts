import { html, type Markup, sanitised } from '../html'
import type { Locale } from '../locale'
import type { Guide } from '../database'
import { words } from '../words'

/** How to prepare: in words, and day by day. */
export function preparation({ preparation: { body, steps } }: Guide, locale: Locale): Markup {
  const { daysBefore } = words[locale]
  return html`
    ${body.html && html`<div class="rich">${sanitised(body.html)}</div>`}
    ${steps.length > 0 && html`
      <ol class="timeline">${steps.map((step) => html`
        <li>${step.daysBefore !== null && html`<p class="when">${daysBefore(step.daysBefore)}</p>`}<p>${step.text}</p></li>`)}
      </ol>`}`
}

/** The phases of recovery. */
export function recovery({ recovery: phases }: Guide, locale: Locale): Markup {
  const { milestones, phase, restrictions } = words[locale]
  if (!phases.length) return html``
  return html`
    <ol class="timeline">${phases.map((each) => html`
      <li>
        <p class="when">${phase(each.fromDay, each.toDay)}</p>
        <h3>${each.title}</h3>
        <p>${each.text}</p>
        <div class="columns">
          ${marked('yes', milestones, each.milestones)}
          ${marked('no', restrictions, each.restrictions)}
        </div>
      </li>`)}
    </ol>`
}

function marked(mark: 'yes' | 'no', heading: string, items: string[]): Markup {
  if (!items.length) return html``
  return html`<div><h4>${heading}</h4><ul class="marked ${mark}">${items.map((item) => html`<li>${item}</li>`)}</ul></div>`
}

/** What can go wrong, the serious marked so. */
export function risks({ risks }: Guide, locale: Locale): Markup {
  const { frequency, risk, serious } = words[locale]
  if (!risks.length) return html``
  return html`
    <table class="risks">
      <thead><tr><th scope="col">${risk}</th><th scope="col">${frequency}</th></tr></thead>
      <tbody>${risks.map((each) => html`
        <tr>
          <td>${each.text} ${each.serious && html`<span class="badge serious">${serious}</span>`}</td>
          <td>${each.frequency}</td>
        </tr>`)}
      </tbody>
    </table>`
}

/** When to seek help, the most urgent first. */
export function help({ whenToSeekHelp }: Guide, locale: Locale): Markup {
  const levels = (['emergency', 'urgent', 'routine'] as const).filter((level) => whenToSeekHelp[level])
  if (!levels.length) return html``
  return html`
    <div class="help">${levels.map((level) => html`
      <div class="${level}"><h3>${words[locale].helpLevels[level]}</h3><p>${whenToSeekHelp[level]}</p></div>`)}
    </div>`
}

/** Questions, opened by a click. */
export function faqs({ faqs }: Guide): Markup {
  return html`${faqs.map(({ answer, question }) => html`
    <details class="faq"><summary>${question}</summary><p>${answer}</p></details>`)}`
}
