import type { Locale } from './locale'

/** A day as people write it: 2026-09-14 is September 14, 2026. */
export function day(iso: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso))
}

/** A moment, in milliseconds, on the reader's clock: September 14, 2026 at 3:12 PM. */
export function moment(time: number, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }).format(time)
}

/** The name of a language: es is Spanish. */
export function language(tag: string, locale: Locale): string {
  return new Intl.DisplayNames(locale, { type: 'language' }).of(tag) ?? tag
}

/** A list in a sentence: a, b and c. */
export function listed(names: string[], locale: Locale): string {
  return new Intl.ListFormat(locale).format(names)
}

/** A range of whole numbers: 60–120, or 3. */
export function range({ min, max }: { min: number; max: number }): string {
  return min === max ? String(min) : `${min}–${max}`
}
