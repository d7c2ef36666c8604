// Asking the server for a card. No header of ours is sent, so no preflight is needed, and no cookie either.

interface Policy {
  createHTML(text: string): string;
}

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  }
}

/** The card that a server gave, or its polite notice. */
export interface Fragment {
  card: HTMLElement;
  status: number;
}

const server = new URL(".", import.meta.url);
const trusted = policy();

/** What makes HTML of a text where the page asks for Trusted Types; undefined where there are none, or not for us. */
function policy(): Policy | undefined {
  try {
    return window.trustedTypes?.createPolicy("caveat", { createHTML: (text) => text });
  } catch {
    return undefined; // the page allows no such policy, or has one already: then it also decides whether text will do
  }
}

/** The address of a card. What is null is left to the server. */
export function address(kind: string, token: string | null, slug: string, look: Record<string, string | null>): URL {
  const path = ["embed", ...(token ? [token] : []), kind, `${slug}.html`].map(encodeURIComponent).join("/");
  const url = new URL(path, server);
  for (const [name, value] of Object.entries(look)) if (value) url.searchParams.set(name, value);
  return url;
}

/** The card at an address. Rejects where the server cannot be reached, or gave something else. */
export async function fetched(url: URL, signal: AbortSignal): Promise<Fragment> {
  const response = await fetch(url, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
  const text = await response.text();
  const template = document.createElement("template");
  template.innerHTML = trusted?.createHTML(text) ?? text;
  const card = template.content.querySelector<HTMLElement>(".caveat");
  if (!card) throw new TypeError(`${url} is no embed`);
  return { card, status: response.status };
}
