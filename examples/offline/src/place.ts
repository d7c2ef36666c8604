import { isLocale, type Locale, preferred } from './locale'

/** Where a reader is: in the list, or in a guide. Guides go by their ids, which stay when they are renamed. */
export interface Place {
  locale: Locale
  guide: string | null
}

/** The place of an address; that of the list, in the reader's language, where the address says nothing else. */
export function placeOf({ pathname }: URL): Place {
  const [locale, kind, guide] = pathname.split('/').slice(1).map(decoded)
  return { locale: isLocale(locale) ? locale : preferred(), guide: (kind === 'guide' && guide) || null }
}

/** A part of an address as it is meant; as it stands where it was mistyped. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The address of a place. */
export function addressOf({ guide, locale }: Place): string {
  return guide === null ? `/${locale}` : `/${locale}/guide/${encodeURIComponent(guide)}`
}
