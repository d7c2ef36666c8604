// Cards that are made here: the one that holds the space, and the one for when the server cannot be reached.

const WORDS: Record<string, [gone: string, why: string, again: string]> = {
  en: ["This cannot be shown at the moment.", "The publisher's server did not answer.", "Try again"],
  es: ["Esto no se puede mostrar en este momento.", "El servidor de la editorial no ha respondido.", "Intentar de nuevo"],
  ar: ["لا يمكن عرض هذا المحتوى حاليًا.", "لم يستجب خادم الناشر.", "إعادة المحاولة"],
};

/** An element with a class and parts of the same name, and what is in it. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name, className = "", ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  if (className) made.setAttribute("part", className.replace(/^caveat.*/, "card"));
  made.append(...children);
  return made;
}

/** What holds the space until the content is there. */
export function waiting(): HTMLElement {
  const bars = Array.from({ length: 4 }, () => element("span", "bar"));
  const card = element("div", "caveat", element("div", "content", ...bars));
  card.ariaHidden = "true";
  return card;
}

/** A notice in the language of the page, with a button that calls `again`. */
export function unreachable(language: string, again: () => void): HTMLElement {
  const tag = language.split("-")[0]!.toLowerCase();
  const known = tag in WORDS ? tag : "en";
  const [gone, why, more] = WORDS[known]!;
  const button = element("button", "action", more);
  button.type = "button";
  button.addEventListener("click", again);
  const card = element(
    "article", "caveat empty", element("div", "content", element("p", "gone", gone), element("p", "why", why), button),
  );
  card.lang = known;
  card.dir = known === "ar" ? "rtl" : "ltr";
  card.ariaLabel = gone;
  return card;
}
