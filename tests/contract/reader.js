// What a Relay client asks of Caveat. relay-compiler reads the tags; nothing runs this file.

// Pagination both ways, over the links, whose ends are a union.
graphql`
  fragment reader_links on Content
  @refetchable(queryName: "readerLinksQuery")
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    links(first: $first, after: $after, last: $last, before: $before, kinds: [RELATED, SEE_ALSO])
      @connection(key: "reader_links") {
      totalCount
      edges {
        kind
        heading
        note
        node {
          __typename
          ... on Content { title url }
          ... on ExternalPage { label url }
        }
      }
    }
  }
`

graphql`
  fragment reader_article on Article @refetchable(queryName: "readerArticleQuery") {
    title
    reviewState
    publishedAt
    jsonLd
    body { html }
    disclaimer { title text }
    authors { name shortBio }
    ...reader_links @arguments(first: 4)
  }
`

// A list of the root, filtered and ordered by variables. Relay lets a nullable variable into orderBy, which is
// non-null with a default, only where the variable has a default of its own.
graphql`
  fragment reader_articles on Query
  @refetchable(queryName: "readerArticlesPaginationQuery")
  @argumentDefinitions(
    count: { type: "Int", defaultValue: 20 }
    cursor: { type: "String" }
    filter: { type: "ArticleFilter" }
    order: { type: "ContentOrder", defaultValue: TITLE_ASC }
  ) {
    articles(first: $count, after: $cursor, filter: $filter, orderBy: $order)
      @connection(key: "reader_articles", filters: ["filter", "orderBy"]) {
      edges {
        node { slug ...reader_article }
      }
    }
  }
`

// Pagination backwards alone.
graphql`
  fragment reader_topic on Topic
  @refetchable(queryName: "readerTopicQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
    content(last: $count, before: $cursor) @connection(key: "reader_content") {
      edges {
        node { __typename title }
      }
    }
  }
`

graphql`
  query readerListQuery($filter: ArticleFilter, $locale: String!, $fallback: [String!])
  @inContext(locale: $locale, fallback: $fallback) {
    ...reader_articles @arguments(filter: $filter)
  }
`

graphql`
  query readerNodeQuery($id: ID!, $ids: [ID!]!) {
    node(id: $id) { __typename id ...reader_article @alias ...reader_topic @alias }
    nodes(ids: $ids) { id ... on Physician { name disclaimer { text } } }
  }
`

graphql`
  query readerPageQuery($slug: String!, $url: String!) {
    article(slug: $slug) { ...reader_article }
    content(url: $url) { id ...reader_links @arguments(last: 4) }
    physicians(first: 3) { totalCount nodes { name } }
    revision
  }
`
