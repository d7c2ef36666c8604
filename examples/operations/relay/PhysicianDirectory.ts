// The physicians, by usePaginationFragment: a connection that grows. The query of the next page is Relay's own, and
// has of the operation's directives only those that @refetchable names: without @inContext it would be in the site's
// default locale. Relay finds $locale unused, for it does not look at that directive: the flag says that it may be.
import { graphql } from 'relay-runtime'

export const physicians = graphql`
  fragment PhysicianDirectory_physicians on Query
  @refetchable(queryName: "PhysicianDirectoryPageQuery", directives: ["@inContext(locale: $locale)"])
  @argumentDefinitions(
    locale: { type: "String!", unusedLocalVariable_DEPRECATED: true }
    count: { type: "Int", defaultValue: 20 }
    cursor: { type: "String" }
    topics: { type: "[ID!]" }
  ) {
    physicians(filter: { topics: $topics }, orderBy: TITLE_ASC, first: $count, after: $cursor)
      @connection(key: "PhysicianDirectory_physicians") {
      edges {
        node {
          id
          name
          jobTitle
          shortBio
          disclaimer {
            ...DisclaimerNotice_disclaimer
          }
        }
      }
    }
  }
`

export const directory = graphql`
  query PhysicianDirectoryQuery($locale: String!, $topics: [ID!]) @inContext(locale: $locale) {
    ...PhysicianDirectory_physicians @arguments(locale: $locale, topics: $topics)
  }
`
