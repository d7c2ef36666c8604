// Rich text for native views: a flat list in reading order, which `parent` (a place in the list) makes a tree.
import { graphql } from 'relay-runtime'

export const text = graphql`
  fragment TextView_text on RichText {
    blocks {
      kind
      parent
      level
      ordered
      anchor
      spans {
        text
        marks
        url
      }
    }
  }
`
