// The page at /embed: someone picks what to embed, sees it, changes its look, and copies the line.
import { chosen } from "./choices.js";
import { Combobox } from "./combobox.js";
import { copy } from "./copying.js";
import { find, type Found } from "./finding.js";
import { LINES } from "./lines.js";
import { preview } from "./preview.js";

const TOLD: Record<string, string> = {
  component: "One line of HTML. It keeps its place while the page loads, and fits your page by CSS custom properties and ::part.",
  iframe: "Needs no script. Nothing of your page can change it, and nothing of it can reach your page.",
  include: "Your server or CDN puts the bare HTML into your page; its look is then your stylesheet's.",
  oembed: "The address that answers with what a content management system needs to embed this by itself.",
};
const at = <Type extends HTMLElement>(selector: string) => document.querySelector<Type>(selector)!;
const form = at<HTMLFormElement>("#choices");
const search = at<HTMLInputElement>("#search");
const line = at("#line code");
const server = document.body.dataset.address!;
let title = "";
let asking = new AbortController();

const combobox = new Combobox(search, at("#found"), pick);

function pick(found: Found): void {
  title = search.value = found.title;
  form.querySelector<HTMLInputElement>("[name=slug]")!.value = found.slug;
  show();
}

/** Show what is chosen: fields that mean something, the line, and the embed. */
function show(): void {
  const { value } = form.elements.namedItem("form") as RadioNodeList;
  for (const field of form.querySelectorAll<HTMLElement>("[data-forms]")) {
    const unused = !field.dataset.forms!.split(" ").includes(value);
    field.hidden = unused;
    field.querySelectorAll<HTMLInputElement>("input, select").forEach((each) => (each.disabled = unused));
  }
  at("#form-told").textContent = TOLD[value]!;
  at("#copied").textContent = "";
  const given = chosen(form, title);
  if (!given.slug) return;
  line.textContent = LINES[given.form]!(server, given);
  preview(at("#preview"), server, given);
}

/** Ask for what begins as typed. What was asked before is not waited for. */
async function ask(typed: string): Promise<Found[]> {
  asking.abort();
  const { signal } = (asking = new AbortController());
  const { kind, token } = chosen(form, title);
  try {
    const found = await find(kind, typed, token, signal);
    at("#search-told").textContent = found.length ? `${found.length} found` : "Nothing found that can be embedded";
    return found;
  } catch (error) {
    if (!signal.aborted) at("#search-told").textContent = (error as Error).message;
    throw error;
  }
}

/** Begin with the first of the kind. */
async function begin(): Promise<void> {
  const [first] = await ask("");
  if (first) pick(first);
}

const ignored = (): void => undefined; // the page says it already
search.addEventListener("input", () => void ask(search.value.trim()).then((found) => combobox.show(found), ignored));
search.addEventListener("focus", () => search.select());
search.addEventListener("click", () => void ask("").then((found) => combobox.show(found), ignored));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", ({ target }) => {
  const { name } = target as HTMLInputElement;
  if (name && name !== "kind" && name !== "token") show();
});
form.addEventListener("change", ({ target }) => {
  const { name } = target as HTMLInputElement;
  if (name === "kind" || name === "token") void begin().catch(ignored); // others may be found
});
at("#copy").addEventListener("click", () => {
  void copy(line).then((done) => {
    at("#copied").textContent = done ? "Copied." : "Selected: copy it with your keyboard.";
  });
});
show();
void begin().catch(ignored);
