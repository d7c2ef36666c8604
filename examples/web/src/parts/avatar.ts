import { html, type Markup } from '../html'

const HONORIFIC = /^(dra?|prof)\.\s+/i

/** The initials of a name, where a portrait would be. */
export function avatar(name: string): Markup {
  const initials = name.replace(HONORIFIC, '').split(/\s+/).map((word) => word[0])
  return html`<span class="avatar" aria-hidden="true">${initials.slice(0, 2).join('')}</span>`
}
