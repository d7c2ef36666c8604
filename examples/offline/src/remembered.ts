const unkept = new Map<string, string>()

/** What was remembered under a name; for as long as the app is open where the browser keeps nothing. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(name) ?? unkept.get(name) ?? null
  } catch {
    return unkept.get(name) ?? null
  }
}

/** Remembers a text under a name. */
export function remember(name: string, text: string): void {
  unkept.set(name, text)
  try {
    localStorage.setItem(name, text)
  } catch {
    // storage is blocked, or full
  }
}
