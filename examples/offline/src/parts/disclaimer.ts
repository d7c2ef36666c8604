import type { Guide } from '../database'
import { html, type Markup, sanitised } from '../html'
import { langOf, type Locale } from '../locale'
import { remember, remembered } from '../remembered'
import { words } from '../words'

type Disclaimer = Guide['disclaimer']

/** A guide's text with its disclaimer where `placement` says. No text of a guide is shown but through here. */
export function withDisclaimer(disclaimer: Disclaimer, text: () => Markup, locale: Locale): Markup {
  if (disclaimer.acknowledgementRequired && !isAcknowledged(disclaimer)) {
    const { acknowledge } = words[locale]
    return html`
      ${box(disclaimer, 'before', locale)}
      <p><button class="button" data-acknowledge="${disclaimer.contentHash}">${acknowledge}</button></p>`
  }
  const { placement } = disclaimer
  return html`
    ${placement !== 'AFTER_CONTENT' && box(disclaimer, 'before', locale)}
    ${text()}
    ${placement !== 'BEFORE_CONTENT' && box(disclaimer, 'after', locale)}`
}

/** Notes that the reader read a wording. Another wording has another hash, and is to be read anew. */
export function acknowledge(contentHash: string): void {
  remember(`acknowledged-${contentHash}`, new Date().toISOString())
}

function isAcknowledged({ contentHash }: Disclaimer): boolean {
  return remembered(`acknowledged-${contentHash}`) !== null
}

function box(disclaimer: Disclaimer, place: string, locale: Locale): Markup {
  return html`
    <div class="disclaimer" role="note" aria-labelledby="disclaimer-${place}"${langOf(disclaimer, locale)}>
      <p class="disclaimer-title" id="disclaimer-${place}">${disclaimer.title}</p>
      ${sanitised(disclaimer.body.html)}
    </div>`
}
