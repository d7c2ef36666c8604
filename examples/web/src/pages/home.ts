import { ask } from '../api'
import { HomeDocument } from '../generated/graphql'
import { html } from '../html'
import type { Page, Place } from '../page'
import { cards, chips } from '../parts/card'
import { noticesOf } from '../parts/notices'
import { searchBox } from '../parts/search-form'
import { words } from '../words'

/** The front page. */
export async function home({ locale, signal }: Place): Promise<Page> {
  const { articles, conditions, physicians, procedures, regions } = await ask(HomeDocument, { locale }, signal)
  const say = words[locale]
  const main = html`
    <div class="hero">
      <div class="wide">
        <h1 tabindex="-1">${say.hero}</h1>
        <p>${say.heroText}</p>
        ${searchBox(locale)}
        <h2>${say.regions}</h2>
        ${chips(regions.nodes, locale)}
      </div>
    </div>
    <div class="wide front">
      <section id="conditions">
        <h2>${say.conditions}</h2>
        ${chips(conditions.nodes, locale)}
      </section>
      <section id="procedures">
        <h2>${say.procedures}</h2>
        <p class="lead">${say.proceduresText}</p>
        ${cards(procedures.nodes, locale)}
      </section>
      <section id="articles">
        <h2>${say.articles}</h2>
        <p class="lead">${say.articlesText}</p>
        ${cards(articles.nodes, locale)}
        ${noticesOf(articles.nodes, locale)}
      </section>
      <section id="physicians">
        <h2>${say.physicians}</h2>
        <p class="lead">${say.physiciansText}</p>
        ${cards(physicians.nodes, locale)}
      </section>
    </div>`
  return { head: { title: say.hero }, main, searches: true }
}
