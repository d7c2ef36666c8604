import type { Locale } from './locale'

const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su']
const MONDAY = Date.UTC(2024, 0, 1)

/** A day as people write it: 2026-09-14 is September 14, 2026. */
export function day(iso: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso))
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

/** Opening hours as schema.org writes them, in words: Mo-We 08:00-17:00. What is written otherwise stays as it is. */
export function hours(text: string, locale: Locale): string {
  const found = /^(\w\w)(?:-(\w\w))? (\d\d:\d\d)-(\d\d:\d\d)$/.exec(text)
  if (!found) return text
  const [, from, to = from, opens, closes] = found
  const days = [...new Set([from, to])].map((name) => weekday(name!, locale)).join('–')
  const times = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' })
  return `${days} ${times.formatRange(time(opens!), time(closes!))}`
}

function weekday(name: string, locale: Locale): string {
  const date = new Date(MONDAY + DAYS.indexOf(name) * 86_400_000)
  return new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(date)
}

function time(clock: string): Date {
  return new Date(`2024-01-01T${clock}:00Z`)
}
