/** The files that the app is made of, and the hash of them all: vite.config.ts writes it before this. */
declare const SHELL: { files: string[]; version: string }
declare const self: ServiceWorkerGlobalScope

const CACHE = `shell-${SHELL.version}`
const FILES = new Set(SHELL.files)

// The whole app, past the browser's own cache: all of its files are of one build, or there is no new version.
self.addEventListener('install', (event) => {
  const files = SHELL.files.map((file) => new Request(file, { cache: 'reload' }))
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(files)))
  void self.skipWaiting()
})

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([forget(), self.clients.claim()]))
})

// Pages and files of the app come from the device. All else, the API above all, goes by as if no worker were there:
// guides are kept by the app itself, which knows what they are.
self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url)
  if (event.request.method !== 'GET' || origin !== self.location.origin) return
  if (event.request.mode === 'navigate') event.respondWith(kept('/', event.request))
  else if (FILES.has(pathname)) event.respondWith(kept(pathname, event.request))
})

async function kept(file: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(file)) ?? fetch(request)
}

async function forget(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('shell-') && name !== CACHE).map((name) => caches.delete(name)))
}

export {}
