import { language } from '../format'
import { html, type Markup, type Part } from '../html'
import { langOf, type Locale } from '../locale'
import { words } from '../words'

interface Layout {
  content: { locale: string }
  locale: Locale
  /** Above everything, in the language of the content, as `aside` and `text` are. */
  header: Part
  /** Beside the text on wide screens, above it on narrow ones. */
  aside?: Part
  text?: Part
  /** Under the text, in the language of the page. */
  end: Part
}

/** A page of content: a header, the text with something beside it, and what follows. */
export function layout({ aside, content, end, header, locale, text }: Layout): Markup {
  return html`
    <article class="content wide">
      ${content.locale !== locale && fallback(content.locale, locale)}
      <header${langOf(content, locale)}>${header}</header>
      ${!isEmpty(aside) && html`<div class="beside"${langOf(content, locale)}>${aside}</div>`}
      ${!isEmpty(text) && html`<div class="text"${langOf(content, locale)}>${text}</div>`}
      <div class="end">${end}</div>
    </article>`
}

/** A part of a text under a heading of its own; nothing where it is empty. */
export function part(anchor: string, heading: string, body: Part): Markup {
  return isEmpty(body) ? html`` : html`<section class="part"><h2 id="${anchor}">${heading}</h2>${body}</section>`
}

function isEmpty(part: Part): boolean {
  return !html`${part}`.toString().trim()
}

function fallback(served: string, locale: Locale): Markup {
  return html`<p class="fallback">${words[locale].onlyIn(language(served, locale))}</p>`
}
