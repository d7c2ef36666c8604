import { html, type Markup } from '../html'
import type { Locale } from '../locale'
import { words } from '../words'

/** The search box: a form that works by itself, with suggestions where `<search-box>` is defined. One on a page. */
export function searchBox(locale: Locale, text = ''): Markup {
  const { search, searchHint, searchLabel } = words[locale]
  return html`
    <search-box locale="${locale}">
      <form role="search" action="/${locale}/search">
        <input type="search" name="q" value="${text}" placeholder="${searchHint}" aria-label="${searchLabel}"
          maxlength="200" autocomplete="off" spellcheck="false" required role="combobox" aria-autocomplete="list"
          aria-expanded="false" aria-controls="suggestions">
        <button>${search}</button>
      </form>
      <ul id="suggestions" role="listbox" aria-label="${searchLabel}" hidden></ul>
      <p class="for-screen-readers" role="status"></p>
    </search-box>`
}
