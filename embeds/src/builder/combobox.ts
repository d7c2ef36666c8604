// A field with a list of what was found (ARIA Authoring Practices: combobox with list autocomplete).
import type { Found } from "./finding.js";

/** The field and its list. `picked` is called with what was chosen, by keys or by pointer. */
export class Combobox {
  #found: Found[] = [];
  #at = -1;

  constructor(
    private readonly field: HTMLInputElement,
    private readonly list: HTMLElement,
    private readonly picked: (found: Found) => void,
  ) {
    field.addEventListener("keydown", (event) => this.#pressed(event));
    field.addEventListener("blur", () => this.close());
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => this.#clicked(event));
  }

  /** Show what was found. */
  show(found: Found[]): void {
    this.#found = found;
    this.#at = -1;
    this.list.replaceChildren(...found.map(option));
    this.#open(found.length > 0);
  }

  /** Take the list away. */
  close(): void {
    this.#open(false);
  }

  #open(open: boolean): void {
    this.list.hidden = !open;
    this.field.ariaExpanded = String(open);
    if (!open) this.#go(-1);
  }

  #go(to: number): void {
    this.#at = to;
    [...this.list.children].forEach((each, index) => (each.ariaSelected = String(index === to)));
    const current = this.list.children[to];
    if (current) this.field.setAttribute("aria-activedescendant", current.id);
    else this.field.removeAttribute("aria-activedescendant");
    current?.scrollIntoView({ block: "nearest" });
  }

  #pressed(event: KeyboardEvent): void {
    const last = this.#found.length - 1;
    const to: Record<string, number> = {
      ArrowDown: this.#at >= last ? 0 : this.#at + 1,
      ArrowUp: this.#at <= 0 ? last : this.#at - 1,
    };
    if (event.key in to && last >= 0) {
      event.preventDefault();
      this.#open(true);
      this.#go(to[event.key]!);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#pick(this.#found[Math.max(this.#at, 0)]);
    } else if (event.key === "Escape") this.close();
  }

  #clicked(event: MouseEvent): void {
    const clicked = (event.target as Element).closest("[role=option]");
    this.#pick(this.#found[[...this.list.children].indexOf(clicked!)]);
  }

  #pick(found: Found | undefined): void {
    if (!found || this.list.hidden) return;
    this.close();
    this.picked(found);
  }
}

function option(found: Found, index: number): HTMLElement {
  const made = document.createElement("li");
  made.id = `found-${index}`;
  made.role = "option";
  made.append(found.title);
  if (found.jobTitle) {
    const small = document.createElement("small");
    small.textContent = found.jobTitle;
    made.append(" ", small);
  }
  return made;
}
