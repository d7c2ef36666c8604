import { html, type Part } from './html'
import { remember, remembered } from './remembered'

/** The locales of the guides, the default first: as CAVEAT_LOCALES says. */
export const LOCALES = ['en', 'es'] as const
export type Locale = (typeof LOCALES)[number]

const DEFAULT: Locale = LOCALES[0]
const CHOSEN = 'locale'

export function isLocale(text: string | null | undefined): text is Locale {
  return LOCALES.some((locale) => locale === text)
}

/** The locale that the reader chose last, else the first of the reader's languages that there is. */
export function preferred(): Locale {
  const chosen = remembered(CHOSEN)
  if (isLocale(chosen)) return chosen
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLocale) ?? DEFAULT
}

/** Keeps the locale that the reader is in. */
export function choose(locale: Locale): void {
  remember(CHOSEN, locale)
}

/** The locale that content was served in: what stands with it is said in the same language. */
export function localeOf(content: { locale: string }): Locale {
  return isLocale(content.locale) ? content.locale : DEFAULT
}

/** The attribute of an element whose text may be in another language than what stands around it. */
export function langOf(content: { locale: string }, locale: Locale): Part {
  return content.locale !== locale && html` lang="${content.locale}"`
}
