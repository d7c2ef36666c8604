// What someone chose in the form.

export interface Choices {
  kind: string;
  slug: string;
  title: string;
  token: string;
  form: string;
  theme: string;
  detail: string;
  locale: string;
  heading: string;
  accent: string;
  radius: string;
  width: string;
  height: string;
  font: string;
  light: boolean;
}

/** The choices of a form; a field that does not belong to the form of embed chosen is disabled, and has its default. */
export function chosen(form: HTMLFormElement, title: string): Choices {
  const data = new FormData(form);
  const given = (name: string, without = "") => data.get(name)?.toString().trim() || without;
  return {
    kind: given("kind"),
    slug: given("slug"),
    title,
    token: given("token"),
    form: given("form"),
    theme: given("theme", "auto"),
    detail: given("detail"),
    locale: given("locale"),
    heading: given("heading", "2"),
    accent: given("accent", "#0b6e69"),
    radius: given("radius", "14"),
    width: number(given("width")),
    height: number(given("height"), usual(given("kind"))),
    font: given("font"),
    light: data.has("light"),
  };
}

/** The height, in pixels, that suits a kind: enough for its disclaimer and some of its content. */
export function usual(kind: string): string {
  return kind === "physician" ? "560" : "720";
}

function number(text: string, without = ""): string {
  return /^\d{1,4}$/.test(text) ? text : without;
}
