import type { Locale } from '../locale'
import { en } from './en'
import { es } from './es'

/** The words of the app itself, by locale. Those of the guides come from the API. */
export const words: Record<Locale, Words> = { en, es }

/** What a language must say: what English says. */
export type Words = typeof en
