"""HTTP edges: GraphQL over HTTP."""
