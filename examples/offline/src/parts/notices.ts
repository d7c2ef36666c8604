import type { Notice } from '../database'
import { html, type Markup } from '../html'
import { langOf, type Locale } from '../locale'
import { words } from '../words'

/** What was withdrawn since the reader looked last, and why; each until it is dismissed. */
export function notices(all: readonly Notice[], locale: Locale): Markup {
  const { dismiss, dismissed, gone } = words[locale]
  return html`${all.filter(({ read }) => !read).map((notice) => html`
    <div class="notice">
      <div>
        <p><strong${langOf(notice, locale)}>${gone(notice.title)}</strong> ${reason(notice, locale)}</p>
        <p>${words[locale].goneText}</p>
      </div>
      <button class="button plain" data-dismiss="${notice.nodeId}" aria-label="${dismissed(notice.title)}">${dismiss}</button>
    </div>`)}`
}

/** Why a guide was withdrawn: in the editors' words, where they gave some. */
export function reason(notice: Notice, locale: Locale): string {
  const { reason, reasons } = words[locale]
  return reason(notice.reason ?? (notice.because && reasons[notice.because]) ?? reasons.HIDDEN)
}
