/** Markup that may be inserted as it is. Only `html` and `sanitised` make it. */
export class Markup {
  constructor(private readonly text: string) {}

  toString(): string {
    return this.text
  }
}

/** What may stand in a template: markup as it is, text escaped, nothing for null and false, and lists of these. */
export type Part = Markup | string | number | null | undefined | false | readonly Part[]

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A template of markup: html`<h1>${title}</h1>`. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...parts.map(written)))
}

/** HTML that the API sanitised: rich text and highlights. Nothing else may come in here. */
export function sanitised(text: string): Markup {
  return new Markup(text)
}

function written(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Markup) return part.toString()
  if (typeof part === 'object') return part.map(written).join('')
  return String(part).replace(/[&<>"']/g, (character) => ESCAPES[character]!)
}
