import { html, type Markup } from '../html'
import { LOCALES, type Locale } from '../locale'
import type { Page } from '../page'
import { words } from '../words'
import { searchBox } from './search-form'

/** The whole site around a page: header, main, footer. */
export function shell(page: Page, locale: Locale, url: URL): Markup {
  const { practice, sample, served, skip } = words[locale]
  return html`
    <a class="skip" href="#main">${skip}</a>
    <header class="site-header">
      <div class="wide">
        <a class="brand" href="/${locale}"><img src="/icon.svg" alt="" width="36" height="36"> ${practice}</a>
        ${navigation(locale)}
        ${languages(page, locale, url)}
        ${!page.searches && searchBox(locale)}
      </div>
    </header>
    <main id="main" tabindex="-1">${page.main}</main>
    <footer class="site-footer">
      <div class="wide">
        <p><strong>${practice}</strong></p>
        <p>${sample}</p>
        <p>${served}</p>
      </div>
    </footer>`
}

function navigation(locale: Locale): Markup {
  const { articles, menu, physicians, procedures } = words[locale]
  return html`
    <nav class="menu" aria-label="${menu}">
      <a href="/${locale}#procedures">${procedures}</a>
      <a href="/${locale}#articles">${articles}</a>
      <a href="/${locale}#physicians">${physicians}</a>
    </nav>`
}

/** The page in the site's other languages; the front page where content has no translation. */
function languages({ head }: Page, locale: Locale, url: URL): Markup {
  const swapped = (other: Locale) => url.pathname.replace(/^\/[^/]*/, `/${other}`) + url.search
  const translated = (other: Locale) =>
    'translations' in head ? head.translations.find((each) => each.locale === other)?.url : swapped(other)
  return html`
    <nav class="languages" aria-label="${words[locale].languages}">
      ${LOCALES.map((other) => html`
        <a href="${translated(other) ?? `/${other}`}" lang="${other}" hreflang="${other}"
          ${other === locale && html`aria-current="true"`}>${words[other].language}</a>`)}
    </nav>`
}

