// The words that must stand with an article, a guide or a bio. `contentHash` changes with the wording: where
// `acknowledgementRequired` is set, ask the reader again whenever it does.
import { graphql } from 'relay-runtime'

export const notice = graphql`
  fragment DisclaimerNotice_disclaimer on Disclaimer {
    title
    body {
      ...TextView_text
    }
    placement
    acknowledgementRequired
    contentHash
  }
`
