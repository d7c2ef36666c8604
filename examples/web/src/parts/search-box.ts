import { ask } from '../api'
import { SuggestDocument, type SuggestQuery } from '../generated/graphql'
import { html, type Markup } from '../html'
import { langOf, type Locale } from '../locale'
import { words } from '../words'

const PAUSE = 120 // milliseconds without a key, before the API is asked

type Completion = SuggestQuery['suggest'][number]

/** Suggestions under the search box: the combobox with a listbox of the ARIA Authoring Practices. */
class SearchBox extends HTMLElement {
  private input!: HTMLInputElement
  private list!: HTMLElement
  private completions: Completion[] = []
  private chosen = -1
  private asking = new AbortController()

  connectedCallback(): void {
    this.input = this.querySelector('input')!
    this.list = this.querySelector('[role=listbox]')!
    this.input.addEventListener('input', () => void this.suggest())
    this.input.addEventListener('keydown', (event) => this.press(event))
    this.input.addEventListener('blur', () => this.close())
    this.list.addEventListener('mousedown', (event) => event.preventDefault()) // the input keeps the focus
    this.list.addEventListener('click', (event) => this.take((event.target as Element).closest('[role=option]')))
  }

  disconnectedCallback(): void {
    this.asking.abort()
  }

  private get locale(): Locale {
    return this.getAttribute('locale') as Locale
  }

  private async suggest(): Promise<void> {
    this.asking.abort()
    const { signal } = (this.asking = new AbortController())
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
    const prefix = this.input.value.trimStart()
    if (signal.aborted) return
    if (!prefix) return this.offer([])
    const found = await ask(SuggestDocument, { locale: this.locale, prefix }, signal).catch(() => null)
    if (!signal.aborted) this.offer(found?.suggest ?? [], true) // without suggestions one can search all the same
  }

  private offer(completions: Completion[], aloud = false): void {
    this.completions = completions
    this.list.innerHTML = completions.map((each, at) => option(each, at, this.locale)).join('')
    this.list.hidden = !completions.length
    this.input.ariaExpanded = String(!this.list.hidden)
    this.querySelector('[role=status]')!.textContent = aloud ? words[this.locale].suggested(completions.length) : ''
    this.choose(-1)
  }

  private close(): void {
    this.asking.abort()
    this.offer([])
  }

  private choose(at: number): void {
    this.chosen = at
    const options = [...this.list.children]
    for (const [place, each] of options.entries()) each.ariaSelected = String(place === at)
    if (at < 0) return this.input.removeAttribute('aria-activedescendant')
    this.input.setAttribute('aria-activedescendant', options[at]!.id)
    options[at]!.scrollIntoView({ block: 'nearest' })
  }

  private press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && !this.list.hidden) this.choose(turned(this.chosen, step, this.completions.length))
    else if (event.key === 'Enter' && this.chosen >= 0) this.take(this.list.children[this.chosen]!)
    else if (event.key === 'Escape' && !this.list.hidden) this.close()
    else return
    event.preventDefault()
  }

  private take(option: Element | null): void {
    const completion = option && this.completions[[...this.list.children].indexOf(option)]
    if (completion) location.assign(completion.node.url)
  }
}

/** The next choice; -1, none at all, lies between the last and the first. */
function turned(chosen: number, step: number, count: number): number {
  return ((chosen + 1 + step + count + 1) % (count + 1)) - 1
}

function option({ disclaimer, kind, node, text }: Completion, at: number, locale: Locale): Markup {
  return html`
    <li role="option" id="suggestion-${at}" aria-selected="false">
      <span${langOf(node, locale)}>${text}</span>
      <small>${words[locale].kinds[kind]}${disclaimer && ` · ${disclaimer.title}`}</small>
    </li>`
}

customElements.define('search-box', SearchBox)
