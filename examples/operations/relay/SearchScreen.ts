// A search. What is found comes with the disclaimer that its words must be shown with: topics have none.
import { graphql } from 'relay-runtime'

export const search = graphql`
  query SearchScreenQuery($locale: String!, $words: String!, $first: Int!) @inContext(locale: $locale) {
    search(query: $words, first: $first) {
      didYouMean
      edges {
        highlights {
          field
          fragments {
            text
            marks {
              start
              end
            }
          }
        }
        node {
          __typename
          id
          slug
          title
          ... on Article {
            disclaimer {
              ...DisclaimerNotice_disclaimer
            }
          }
          ... on Procedure {
            disclaimer {
              ...DisclaimerNotice_disclaimer
            }
          }
          ... on Physician {
            disclaimer {
              ...DisclaimerNotice_disclaimer
            }
          }
        }
      }
    }
  }
`
