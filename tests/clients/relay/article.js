// What a Relay app asks. relay-compiler reads the tag; nothing runs this file.

graphql`
  query articleQuery($slug: String!) {
    article(slug: $slug) {
      title
      disclaimer { text }
    }
  }
`
