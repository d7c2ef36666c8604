import './styles/tokens.css'
import './styles/base.css'
import './styles/app.css'
import './styles/guide.css'
import { start } from './app'
import { addressOf } from './place'
import { choose } from './locale'
import { reader } from './screen'

// The address says the locale; an address without one leads to the list in the reader's language.
if (location.pathname === '/') history.replaceState(null, '', addressOf(reader.place))
choose(reader.place.locale)
void start()

// The worker keeps the app itself on the device; the browser is asked not to clear what is kept there.
if (import.meta.env.PROD) {
  void navigator.serviceWorker?.register('/sw.js')
  void navigator.storage?.persist?.()
}
