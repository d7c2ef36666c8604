// Finding what can be embedded, by the API's own queries: the first of a kind, or those whose names begin as typed.

export interface Found {
  slug: string;
  title: string;
  jobTitle?: string;
  syndicationConsent?: boolean;
}

const OF = `slug title ... on Physician { jobTitle syndicationConsent } ... on Article { disclaimer { text } }`;
const SUGGEST = `query Suggested($prefix: String!, $kind: SearchKind!) {
  suggest(prefix: $prefix, kinds: [$kind], first: 20) { node { ${OF} } disclaimer { text } } }`;
const FIRST: Record<string, string> = {
  physician: "query Physicians { found: physicians(first: 100, orderBy: TITLE_ASC) { nodes { slug title jobTitle syndicationConsent } } }",
  article: "query Articles { found: articles(first: 100, orderBy: TITLE_ASC) { nodes { slug title disclaimer { text } } } }",
  procedure: "query Procedures { found: procedures(first: 100, orderBy: TITLE_ASC) { nodes { slug title } } }",
};

interface Data {
  suggest?: { node: Found }[];
  found?: { nodes: Found[] };
}

/** What of a kind can be embedded by who has the token, and begins as typed. Rejects with what the API says. */
export async function find(kind: string, typed: string, token: string, signal: AbortSignal): Promise<Found[]> {
  const url = new URL("/graphql", location.href);
  url.searchParams.set("query", typed ? SUGGEST : FIRST[kind]!);
  if (typed) url.searchParams.set("variables", JSON.stringify({ prefix: typed, kind: kind.toUpperCase() }));
  const headers = new Headers(token ? { authorization: `Bearer ${token}` } : {});
  const response = await fetch(url, { signal, headers, credentials: "omit" });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (!data) throw new Error(errors?.[0]?.message ?? "The server did not answer.");
  const nodes = data.found?.nodes ?? data.suggest?.map(({ node }) => node) ?? [];
  const once = new Map(nodes.map((node) => [node.slug, node]));
  return [...once.values()].filter((node) => node.syndicationConsent !== false);
}
