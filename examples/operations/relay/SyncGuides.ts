// A page of the delta sync. The whole of each guide is wanted, to be kept on the device: no fragment masks it.
import { graphql } from 'relay-runtime'

export const sync = graphql`
  query SyncGuidesQuery($locale: String!, $after: Revision!, $first: Int!) @inContext(locale: $locale) {
    changes(after: $after, kinds: [PROCEDURE], first: $first) {
      nodes {
        nodeId
        node {
          __typename
          id
          ... on Procedure {
            title
            summary
            overview {
              html
            }
            disclaimer {
              title
              text
              placement
              contentHash
            }
          }
        }
        tombstone {
          because
          reason
        }
        causes {
          relation
          nodeId
        }
      }
      pageInfo {
        hasNextPage
      }
      next
      complete
      scope
    }
  }
`
