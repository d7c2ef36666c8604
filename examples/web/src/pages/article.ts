import { ask } from '../api'
import { ArticleDocument, type ArticleQuery } from '../generated/graphql'
import { html, type Markup, sanitised } from '../html'
import { langOf, type Locale, localeOf } from '../locale'
import type { Page, Place } from '../page'
import { cards, chips, isShown } from '../parts/card'
import { citations } from '../parts/citations'
import { contents, type Entry } from '../parts/contents'
import { withDisclaimer } from '../parts/disclaimer'
import { layout, part } from '../parts/layout'
import { noticesOf } from '../parts/notices'
import { related, targets } from '../parts/related'
import { review } from '../parts/review'
import { words } from '../words'

type Article = NonNullable<ArticleQuery['article']>

/** An article, with its authors, its reviewers and its disclaimer. */
export async function article({ locale, slug, signal }: Place): Promise<Page | null> {
  const { article } = await ask(ArticleDocument, { locale, slug }, signal)
  if (!article) return null
  const served = localeOf(article)
  const main = layout({
    content: article,
    locale,
    header: header(article, served),
    aside: contents(entries(article), served),
    text: html`${withDisclaimer(article.disclaimer, text(article), served)}${notes(article, served)}`,
    end: end(article, locale),
  })
  return { head: article, main }
}

function header(article: Article, locale: Locale): Markup {
  const { genres, minutes } = words[locale]
  return html`
    <p class="eyebrow">${genres[article.genre]} · ${minutes(article.readingTimeMinutes)}</p>
    <h1 tabindex="-1">${article.title}</h1>
    <p class="deck">${article.alternativeTitle ?? article.summary}</p>
    <div class="byline">
      ${authors(article, locale)}
      ${review(article, locale)}
    </div>`
}

function authors(article: Article, locale: Locale): Markup {
  if (!article.authors.length) return html``
  return html`
    <ul class="authors">${article.authors.map((author) => html`
      <li>
        ${words[locale].by} <a href="${author.url}" rel="author"${langOf(author, locale)}>${author.name}</a>
        <small>${author.jobTitle}</small>
      </li>`)}
    </ul>`
}

function entries({ body, sections }: Article): Entry[] {
  const top = body.tableOfContents.filter(({ level }) => level === 2)
  return [...top, ...sections.map(({ anchor, heading }) => ({ anchor, text: heading }))]
}

function text({ body, sections }: Article): Markup {
  return html`
    <div class="rich">${sanitised(body.html)}</div>
    ${sections.map((each) => part(each.anchor, each.heading, html`<div class="rich">${sanitised(each.body.html)}</div>`))}`
}

function notes(article: Article, locale: Locale): Markup {
  const { changed, correction, references } = words[locale]
  return html`
    ${article.correction && html`<p class="warning"><strong>${correction}:</strong> ${article.correction}</p>`}
    ${article.changeNote && html`<p class="quiet"><strong>${changed}:</strong> ${article.changeNote}</p>`}
    ${citations(references, article.citations, locale)}
    <p class="quiet">${[article.creditText, article.license].filter(Boolean).join(' · ')}</p>`
}

function end(article: Article, locale: Locale): Markup {
  const { similar, topics } = words[locale]
  return html`
    ${related(article, locale)}
    ${article.suggestions.length > 0 && html`
      <section><h2>${similar}</h2>${cards(article.suggestions.filter(isShown), locale)}</section>`}
    ${article.topics.length > 0 && html`<section><h2>${topics}</h2>${chips(article.topics, locale)}</section>`}
    ${noticesOf([...targets(article), ...article.suggestions], locale, article.disclaimer)}`
}
