import { html, type Markup } from '../html'
import { LOCALES, type Locale } from '../locale'
import { addressOf, type Place } from '../place'
import { words } from '../words'

/** What stands around every page. What changes is put into the elements with ids. */
export function shell(locale: Locale): Markup {
  const { app, check, copy, emergency, languages, practice, sample, skip, withdrawn } = words[locale]
  return html`
    <a class="skip" href="#main">${skip}</a>
    <header class="app-header">
      <div class="wide">
        <a class="brand" href="/${locale}"><img src="/icon.svg" alt="" width="34" height="34"> ${app}</a>
        <nav id="languages" class="languages" aria-label="${languages}"></nav>
      </div>
    </header>
    <section class="freshness" aria-label="${copy}">
      <div class="wide">
        <div>
          <div id="freshness"></div>
          <p id="activity" role="status"></p>
        </div>
        <button id="check" class="button plain">${check}</button>
      </div>
    </section>
    <section id="notices" class="wide" aria-label="${withdrawn}" aria-live="polite"></section>
    <main id="main" tabindex="-1"></main>
    <footer class="app-footer">
      <div class="wide">
        <p><strong>${practice}</strong></p>
        <p>${emergency}</p>
        <p>${sample}</p>
      </div>
    </footer>`
}

/** The same page in the other languages. */
export function languages(place: Place): Markup {
  return html`${LOCALES.map((locale) => html`
    <a href="${addressOf({ ...place, locale })}" lang="${locale}" hreflang="${locale}"
      ${locale === place.locale && html`aria-current="true"`}>${words[locale].language}</a>`)}`
}
