// What the readers of the partner's page see: the component itself, or the iframe's page.
import type { Choices } from "./choices.js";
import { address, component } from "./lines.js";

/** Show the embed as it was chosen. One that is there is changed, so that nothing blinks. */
export function preview(place: HTMLElement, server: string, given: Choices): void {
  // A page of a partner's token is for the partner's pages to frame, and not for this one.
  if (given.form === "component" || given.token) return showComponent(place, given);
  const frame = place.querySelector("iframe") ?? document.createElement("iframe");
  const src = address(server, given);
  if (frame.src !== src) frame.src = src;
  frame.title = given.title;
  frame.style.cssText = `border:0;width:100%;height:${given.height}px`;
  if (given.width) frame.style.maxWidth = `${given.width}px`;
  if (frame.parentNode !== place) place.replaceChildren(frame);
}

function showComponent(place: HTMLElement, given: Choices): void {
  const name = `caveat-${given.kind}`;
  const same = place.querySelector<HTMLElement>(name);
  const shown = same && same.hasAttribute("light") === given.light ? same : document.createElement(name);
  const { attributes, style } = component(given);
  for (const attribute of shown.getAttributeNames()) {
    if (attribute !== "style" && !(attribute in attributes)) shown.removeAttribute(attribute);
  }
  for (const [attribute, value] of Object.entries(attributes)) {
    if (shown.getAttribute(attribute) !== value) shown.setAttribute(attribute, value);
  }
  shown.style.cssText = "";
  for (const [property, value] of Object.entries(style)) shown.style.setProperty(property, value);
  if (shown.parentNode !== place) place.replaceChildren(shown);
}
