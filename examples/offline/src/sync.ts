import { ask, Problem } from './api'
import { keep, standing, startOver } from './copy'
import { type Changes, START } from './database'
import { GuidesDocument } from './generated/graphql'
import type { Locale } from './locale'

/** How many guides a page has: what a lost connection costs at the most. */
const PAGE = 20
/** How often an API that is behind the copy is asked again, before it is taken for one restored from a backup. */
const BEHIND = 5

let behind = 0

/**
 * Makes the copy in a locale what the API has, a page at a time; `kept` is called after each. Tabs take turns: who
 * comes second finds nothing to do. Throws Problem; what came until then is kept, and the next sync goes on there.
 */
export function sync(locale: Locale, kept: () => void): Promise<void> {
  return navigator.locks.request(`sync-${locale}`, async () => {
    while (await page(locale)) kept()
    kept()
  })
}

/** Brings a page; whether more are to come. */
async function page(locale: Locale): Promise<boolean> {
  const { finished, next, scope } = await standing(locale)
  const changes = await asked(locale, next)
  if (changes === null) await startOver(locale, next === finished ? START : finished)
  else if (scope !== null && scope !== changes.scope) await startOver(locale, START) // other rights, say
  else {
    await keep(locale, changes)
    return changes.pageInfo.hasNextPage
  }
  return true
}

/** What changed; null where the API cannot go on from there. */
async function asked(locale: Locale, after: string): Promise<Changes | null> {
  try {
    const { changes } = await ask(GuidesDocument, { locale, after, first: PAGE })
    behind = 0
    return changes
  } catch (error) {
    if (after !== START && error instanceof Problem && isLost(error)) return null
    throw error
  }
}

function isLost({ code }: Problem): boolean {
  if (code === 'REVISION_NOT_REACHED') behind += 1
  return code === 'BAD_CURSOR' || behind > BEHIND
}
