// Copying text, also where the page may not write to the clipboard.

/** Copy what an element says. Whether it worked: if not, it is selected, to be copied by hand. */
export async function copy(element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return document.execCommand("copy");
  }
}
