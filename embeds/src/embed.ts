// <caveat-physician slug="…">, <caveat-article> and <caveat-procedure>: what a page loads as /embed.js.
import { embed } from "./element.js";

for (const kind of ["physician", "article", "procedure"]) {
  const name = `caveat-${kind}`;
  if (!customElements.get(name)) customElements.define(name, embed(kind));
}
