import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/cards.css'
import './styles/pages.css'
import './styles/search.css'
import './parts/search-box'
import { navigate, show } from './router'

// A click, a form or the back button shows the next page in place. Browsers without the Navigation API load it instead.
if ('navigation' in window) navigation.addEventListener('navigate', navigate)

void show(new URL(location.href), new AbortController().signal)
