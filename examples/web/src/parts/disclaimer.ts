import type { FullDisclaimerFragment } from '../generated/graphql'
import { html, type Markup, sanitised } from '../html'
import { langOf, type Locale } from '../locale'
import { words } from '../words'

/** Content with its disclaimer where `placement` says. All content that has one goes through here. */
export function withDisclaimer(disclaimer: FullDisclaimerFragment, content: Markup, locale: Locale): Markup {
  const { placement } = disclaimer
  return html`
    ${placement !== 'AFTER_CONTENT' && box(disclaimer, 'before', locale)}
    ${disclaimer.acknowledgementRequired ? acknowledged(content, locale) : content}
    ${placement !== 'BEFORE_CONTENT' && box(disclaimer, 'after', locale)}`
}

function box(disclaimer: FullDisclaimerFragment, place: string, locale: Locale): Markup {
  return html`
    <div class="disclaimer" role="note" aria-labelledby="disclaimer-${place}"${langOf(disclaimer, locale)}>
      <p class="disclaimer-title" id="disclaimer-${place}">${disclaimer.title}</p>
      ${sanitised(disclaimer.body.html)}
    </div>`
}

function acknowledged(content: Markup, locale: Locale): Markup {
  return html`<details class="acknowledge"><summary class="button">${words[locale].acknowledge}</summary>${content}</details>`
}
