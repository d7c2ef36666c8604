/** The server audits of graphql-http: GraphQL over HTTP, what a server must, should and may do. */

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import { serverAudits } from 'graphql-http'
import { url } from './server.js'

for (const audit of serverAudits({ url })) {
  test(audit.name, async () => {
    const result = await audit.fn()

    assert.equal(result.status, 'ok', 'reason' in result ? `${result.reason} (HTTP ${result.response.status})` : '')
  })
}
