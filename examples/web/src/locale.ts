import { html, type Part } from './html'

/** The locales of the site, the default first: as CAVEAT_LOCALES says. */
export const LOCALES = ['en', 'es'] as const
export type Locale = (typeof LOCALES)[number]

export const DEFAULT: Locale = LOCALES[0]

export function isLocale(text: string | undefined): text is Locale {
  return LOCALES.some((locale) => locale === text)
}

/** The first of the reader's languages that the site has. */
export function preferred(): Locale {
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLocale) ?? DEFAULT
}

/** The locale that content was served in: what stands with it is said in the same language. */
export function localeOf(content: { locale: string }): Locale {
  return isLocale(content.locale) ? content.locale : DEFAULT
}

/** The attribute of an element whose text may be in another language than what stands around it. */
export function langOf(content: { locale: string }, locale: Locale): Part {
  return content.locale !== locale && html` lang="${content.locale}"`
}
