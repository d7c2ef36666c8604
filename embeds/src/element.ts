// The web component. It shows the server's card in a shadow tree, or in the page's own where the page asks for it.
import { element, unreachable, waiting } from "./cards.js";
import css from "./embed.css";
import { address, fetched } from "./fragments.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** Let a tree be styled by our sheet. Sheets that are made by script need no permission of a Content-Security-Policy. */
function style(tree: Document | ShadowRoot): void {
  if (!tree.adoptedStyleSheets.includes(sheet)) tree.adoptedStyleSheets.push(sheet);
}

/** The class of the element for a kind of content. */
export function embed(kind: string): CustomElementConstructor {
  return class extends HTMLElement {
    static observedAttributes = ["slug", "locale", "token", "detail", "heading", "light"];
    #frame = element("div");
    #loading: AbortController | undefined;
    #follow = (event: Event) => follow(event, this.#frame);
    #resized = new ResizeObserver(() => this.#reachable());
    #again = () => this.#changed();

    connectedCallback(): void {
      this.#changed();
    }

    disconnectedCallback(): void {
      this.#loading?.abort();
      this.#resized.disconnect();
      removeEventListener("online", this.#again);
    }

    attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
      if (before !== after && this.isConnected) this.#changed();
    }

    /** Load once, however many attributes change at a time. */
    #changed(): void {
      this.#loading?.abort();
      const { signal } = (this.#loading = new AbortController());
      this.#place();
      queueMicrotask(() => signal.aborted || this.#load(signal));
    }

    /** Put the frame where its content should be, with what holds the space in it. */
    #place(): void {
      const light = this.hasAttribute("light");
      const tree = light ? this : (this.shadowRoot ?? this.attachShadow({ mode: "open" }));
      if (light && this.shadowRoot) this.shadowRoot.replaceChildren(document.createElement("slot"));
      style(light ? (this.getRootNode() as Document | ShadowRoot) : this.shadowRoot!);
      this.#frame.classList.add("caveat-frame");
      if (!this.#frame.hasChildNodes()) this.#frame.append(waiting());
      if (this.#frame.parentNode !== tree) tree.replaceChildren(this.#frame);
      this.#frame.ariaBusy = "true";
      this.#frame.addEventListener("click", this.#follow);
      this.#resized.observe(this.#frame);
    }

    async #load(signal: AbortSignal): Promise<void> {
      removeEventListener("online", this.#again);
      const given = (name: string) => this.getAttribute(name);
      const look = { locale: given("locale"), detail: given("detail"), heading: given("heading") };
      try {
        const { card, status } = await fetched(address(kind, given("token"), given("slug") ?? "", look), signal);
        this.#show(card);
        if (status < 400) this.#tell("load", receipt(card.dataset));
        else this.#tell("error", { status });
      } catch (error) {
        if (signal.aborted) return;
        const language = look.locale ?? this.closest<HTMLElement>("[lang]")?.lang ?? "en";
        this.#show(unreachable(language, this.#again));
        addEventListener("online", this.#again, { once: true });
        this.#tell("error", { status: 0, error });
      }
    }

    #show(card: HTMLElement): void {
      this.#frame.replaceChildren(card);
      this.#frame.ariaBusy = null;
      this.#frame.scrollTop = 0;
      this.#resized.observe(card);
      this.#reachable();
    }

    /**
     * Where the card is longer than its frame, keys scroll it too, and it has a name for those who cannot see. The
     * disclaimer stays in sight if that leaves 45 hundredths of the frame to the content.
     */
    #reachable(): void {
      const frame = this.#frame;
      const scrolls = frame.scrollHeight > frame.clientHeight && frame.ariaBusy === null;
      const foot = frame.querySelector<HTMLElement>(".foot")?.offsetHeight ?? 0;
      const roomy = scrolls && foot < frame.clientHeight * 0.55;
      frame.classList.toggle("roomy", roomy);
      frame.style.scrollPaddingBlockEnd = roomy ? `${foot}px` : "";
      if (scrolls === frame.hasAttribute("tabindex")) return;
      frame.toggleAttribute("tabindex", scrolls);
      if (scrolls) frame.tabIndex = 0;
      frame.role = scrolls ? "group" : null;
      frame.ariaLabel = scrolls ? (frame.firstElementChild?.ariaLabel ?? null) : null;
    }

    #tell(what: string, detail: object): void {
      this.dispatchEvent(new CustomEvent(`caveat-${what}`, { bubbles: true, composed: true, detail }));
    }
  };
}

/** Follow a link within a card: the address of a page leads to nothing in a shadow tree. */
function follow(event: Event, frame: HTMLElement): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]');
  const there = link && frame.querySelector<HTMLElement>(`#${CSS.escape(decodeURIComponent(link.hash.slice(1)))}`);
  if (!there) return;
  event.preventDefault();
  there.scrollIntoView();
  there.tabIndex = -1;
  there.focus({ preventScroll: true });
}

/** What a card says of itself: the revision, and which wording of which disclaimer it has. */
function receipt({ revision, disclaimer, disclaimerVersion, disclaimerHash }: DOMStringMap): object {
  return { revision: Number(revision), disclaimer, version: Number(disclaimerVersion), hash: disclaimerHash };
}
