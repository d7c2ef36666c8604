import { Problem } from '../api'
import { html } from '../html'
import type { Page, Place } from '../page'
import { searchBox } from '../parts/search-form'
import { words } from '../words'

/** What is shown where there is no such content. */
export function notFound({ locale }: Place): Page {
  const { home, notFound, notFoundText } = words[locale]
  const main = html`
    <div class="problem wide">
      <h1 tabindex="-1">${notFound}</h1>
      <p>${notFoundText}</p>
      ${searchBox(locale)}
      <p><a href="/${locale}">${home}</a></p>
    </div>`
  return { head: { title: notFound, robots: 'noindex' }, main, searches: true }
}

/** What is shown where the API gave no answer: what happened, and what a reader can do. */
export function problem(error: unknown, { locale, signal }: Place): Page {
  if (!(error instanceof Problem) && !signal.aborted) console.error(error) // a mistake of ours
  const [title, text] = told(error, words[locale])
  const main = html`
    <div class="problem wide" role="alert">
      <h1 tabindex="-1">${title}</h1>
      <p>${text}</p>
      <p><a class="button" href="">${words[locale].retry}</a></p>
    </div>`
  return { head: { title, robots: 'noindex' }, main }
}

function told(error: unknown, say: (typeof words)['en']): [string, string] {
  const code = error instanceof Problem ? error.code : ''
  if (code === 'BUDGET_SPENT' || code === 'BUSY') return [say.busy, say.busyText((error as Problem).seconds ?? 10)]
  if (code === 'UNREACHABLE') return [say.unreachable, say.unreachableText]
  return [say.failed, say.failedText]
}
