import { DEFAULT, type Locale } from './locale'
import type { Page } from './page'
import { words } from './words'

/** Gives the document the head of a page, and takes away what the page before it left there. */
export function dress(head: Page['head'], locale: Locale): void {
  document.documentElement.lang = locale
  for (const element of document.head.querySelectorAll('[data-page]')) element.remove()
  document.head.append(...('seo' in head ? ofContent(head) : ofPlain(head)))
  document.title = `${'seo' in head ? head.seo.title : head.title} | ${words[locale].practice}`
}

function ofContent({ seo, translations, jsonLd }: Extract<Page['head'], { seo: object }>): Element[] {
  const fallback = translations.find(({ locale }) => locale === DEFAULT)
  return [
    element('meta', { name: 'description', content: seo.description }),
    element('meta', { name: 'robots', content: seo.robots }),
    element('link', { rel: 'canonical', href: seo.canonicalUrl }),
    ...translations.map(({ locale, url }) => element('link', { rel: 'alternate', hreflang: locale, href: url })),
    ...(fallback ? [element('link', { rel: 'alternate', hreflang: 'x-default', href: fallback.url })] : []),
    element('script', { type: 'application/ld+json' }, JSON.stringify(jsonLd)),
  ]
}

function ofPlain({ robots }: { robots?: string }): Element[] {
  return robots ? [element('meta', { name: 'robots', content: robots })] : []
}

function element(name: string, attributes: Record<string, string>, text = ''): Element {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries({ ...attributes, 'data-page': '' })) made.setAttribute(key, value)
  made.textContent = text
  return made
}
