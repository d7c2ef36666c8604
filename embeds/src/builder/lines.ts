// What is copied: a line of HTML, or an address. Only what differs from the defaults is in it.
import { usual, type Choices } from "./choices.js";

/** The attributes of the web component, and the style of its place: its height is held before the script is there. */
export function component(given: Choices): { attributes: Record<string, string>; style: Record<string, string> } {
  const { slug, token, locale, detail, heading, theme, width, height, accent, radius, font, light } = given;
  const attributes = {
    slug,
    ...(token && { token }),
    ...(locale && { locale }),
    ...(detail && { detail }),
    ...(heading !== "2" && { heading }),
    ...(theme !== "auto" && { theme }),
    ...(light && { light: "" }),
  };
  const style = {
    display: "block",
    height: `${height}px`,
    ...(width && { "max-width": `${width}px` }),
    ...(accent !== "#0b6e69" && { "--caveat-accent": accent }),
    ...(radius !== "14" && { "--caveat-radius": `${radius}px` }),
    ...(font && { "--caveat-font": font }),
  };
  return { attributes, style };
}

/** The address of an embed's page, or of its fragment. */
export function address(server: string, given: Choices, ending = ""): string {
  const { kind, slug, token, locale, detail, heading, theme, accent } = given;
  const path = [...(token ? [token] : []), kind, slug].map(encodeURIComponent).join("/");
  const look = {
    ...(locale && { locale }),
    ...(detail && { detail }),
    ...(heading !== "2" && { heading }),
    ...(theme !== "auto" && { theme }),
    ...(accent !== "#0b6e69" && { accent: accent.slice(1) }),
  };
  const parameters = new URLSearchParams(look).toString();
  return `${server}/embed/${path}${ending}${parameters && `?${parameters}`}`;
}

/** What stands in the page of the partner, or in its server. */
export const LINES: Record<string, (server: string, given: Choices) => string> = {
  component(server, given) {
    const { attributes, style } = component(given);
    const declared = Object.entries(style).map(([name, value]) => `${name}:${value}`);
    const name = `caveat-${given.kind}`;
    const all = written({ ...attributes, style: declared.join(";") });
    return `<script type="module" src="${server}/embed.js"></script><${name}${all}></${name}>`;
  },
  iframe(server, given) {
    const { title, width, height } = given;
    const style = `border:0;width:100%${width && `;max-width:${width}px`}`;
    const all = { src: address(server, given), title, height, style, loading: "lazy", ...HARMLESS };
    return `<iframe${written(all)}></iframe>`;
  },
  include(server, given) {
    return `<esi:include${written({ src: address(server, given, ".html") })}/>`;
  },
  oembed(server, given) {
    const { width, height, kind } = given;
    const look = { ...(width && { maxwidth: width }), ...(height !== usual(kind) && { maxheight: height }) };
    return `${server}/oembed?${new URLSearchParams({ url: address(server, given), ...look })}`;
  },
};

const HARMLESS = { sandbox: "allow-popups allow-popups-to-escape-sandbox", referrerpolicy: "no-referrer" };

function written(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value ? ` ${name}="${escaped(value)}"` : ` ${name}`))
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
