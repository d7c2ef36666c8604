/**
 * Keeps copies as docs/clients/graphql-code-generator.md does. Each line that comes in is a sync: a locale, and where
 * to go on if not where the copy stands. Each that goes out is the copy, and the code of the problem if there was one.
 */

import { createInterface } from 'node:readline'
import { api, Problem } from './caveat'
import { Copy } from './copy'
import { sync } from './sync'

Object.assign(api, { url: process.env.CAVEAT_URL, token: process.env.CAVEAT_TOKEN })
const copies = new Map<string, Copy>()

for await (const line of createInterface({ input: process.stdin })) {
  const [locale = '', next] = line.split(' ')
  const copy = copies.get(locale) ?? new Copy(locale)
  copies.set(locale, copy)
  if (next) copy.next = next
  const problem = await sync(copy).catch((error) => (error instanceof Problem ? error.code : String(error)))
  const guides = []
  for (const { slug, title, disclaimer } of copy.guides.values()) guides.push({ slug, title, notice: disclaimer.title })
  console.log(JSON.stringify({ guides, gone: [...copy.gone.values()], scope: copy.scope, problem }))
}
