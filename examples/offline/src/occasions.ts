import { Problem } from './api'
import type { Locale } from './locale'
import { sync } from './sync'

/** What the app is about: with WAITING, the seconds until it asks again. */
export type Activity = { name: 'IDLE' | 'CHECKING' | 'OFFLINE' | 'FULL' | 'FAILED' } | { name: 'WAITING'; seconds: number }

type Show = (activity?: Activity) => void

/** The other tabs of the app: each tells the others when it wrote to the copy. */
const tabs = new BroadcastChannel('copy')

let running = false
let again = false
let waiting: Activity | undefined

/**
 * Syncs when the app starts, when the network is back, and when the reader comes back; `check` does it for the button.
 * `show` is called whenever there is something else to show, and `wrote` is to be called after writing to the copy.
 */
export function watch(locale: Locale, show: Show): { check: () => void; wrote: () => void } {
  const wrote = () => {
    show()
    tabs.postMessage(locale)
  }
  const check = () => void checked(locale, show, wrote)
  addEventListener('online', check)
  addEventListener('offline', () => show({ name: 'OFFLINE' }))
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && check())
  tabs.addEventListener('message', ({ data }) => data === locale && show())
  check()
  return { check, wrote }
}

/** Syncs, unless the API said to wait. Who asks meanwhile is heard afterwards: the network may have come back. */
async function checked(locale: Locale, show: Show, wrote: () => void): Promise<void> {
  if (waiting) return show(waiting)
  again = running
  if (running) return
  running = true
  show({ name: 'CHECKING' })
  const activity = await sync(locale, wrote).then((): Activity => ({ name: 'IDLE' }), after)
  running = false
  if (activity.name === 'WAITING') wait(activity, () => void checked(locale, show, wrote))
  show(activity)
  if (again) await checked(locale, show, wrote)
}

/** What the app is about after a sync that failed. */
function after(error: unknown): Activity {
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return { name: 'FULL' }
  if (!(error instanceof Problem)) {
    console.error(error) // a mistake of ours
    return { name: 'FAILED' }
  }
  if (error.code === 'UNREACHABLE') return { name: 'OFFLINE' }
  return error.seconds === undefined ? { name: 'FAILED' } : { name: 'WAITING', seconds: error.seconds }
}

function wait(activity: Activity & { name: 'WAITING' }, then: () => void): void {
  waiting = activity
  setTimeout(() => {
    waiting = undefined
    then()
  }, activity.seconds * 1000)
}
