import { dismiss } from './copy'
import { watch } from './occasions'
import { find } from './pages/list'
import { acknowledge } from './parts/disclaimer'
import { shell } from './parts/shell'
import { placeOf } from './place'
import { draw, focus, reader } from './screen'
import { words } from './words'

type Watched = ReturnType<typeof watch>

/**
 * Shows the app, and keeps what it shows right; where the browser keeps nothing, it says so. The locale is that of the
 * address, until another one is loaded.
 */
export async function start(): Promise<void> {
  const { locale } = reader.place
  document.documentElement.lang = locale
  document.querySelector('#app')!.innerHTML = shell(locale).toString()
  try {
    await draw()
  } catch (error) {
    console.warn(error)
    document.querySelector('#main')!.textContent = words[locale].keepsNothing
    return
  }
  const watched = watch(locale, (activity = reader.activity) => {
    if (activity.name === 'CHECKING') reader.updated = false
    reader.activity = activity
    void draw()
  })
  addEventListener('click', ({ target }) => target instanceof Element && void pressed(target, watched))
  addEventListener('input', ({ target }) => target instanceof HTMLInputElement && find(target.value))
  if ('navigation' in window) navigation.addEventListener('navigate', navigate)
}

/** Shows another place of the app. Browsers without the Navigation API load it from the service worker instead. */
function navigate(event: NavigateEvent): void {
  const url = new URL(event.destination.url)
  const { locale } = placeOf(url)
  if (!event.canIntercept || event.hashChange || url.origin !== location.origin || locale !== reader.place.locale) return
  event.intercept({ focusReset: 'manual', handler: () => arrive(url) })
}

async function arrive(url: URL): Promise<void> {
  reader.place = placeOf(url)
  reader.updated = false
  await draw()
  focus('h1') // screen readers read the new title
}

async function pressed(target: Element, { check, wrote }: Watched): Promise<void> {
  const button = target.closest('button')
  const { acknowledge: contentHash, dismiss: nodeId } = button?.dataset ?? {}
  if (button?.id === 'check') check()
  if (contentHash) {
    acknowledge(contentHash)
    await draw()
    focus('#guide')
  }
  if (nodeId) {
    await dismiss(reader.place.locale, nodeId)
    wrote()
    focus('h1')
  }
}
