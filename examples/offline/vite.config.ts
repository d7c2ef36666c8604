import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/** Tells the built service worker which files the app is made of, and gives them a version: the hash of them all. */
function shell(): Plugin {
  return {
    name: 'shell',
    apply: 'build',
    async writeBundle({ dir }) {
      const found = await readdir(dir!, { recursive: true, withFileTypes: true })
      const paths = found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
      const files = paths.map((path) => path.slice(dir!.length).replaceAll('\\', '/')).sort()
      const kept = files.filter((file) => file !== '/sw.js')
      const hash = createHash('sha256')
      for (const file of kept) hash.update(file).update(await readFile(join(dir!, file)))
      const worker = join(dir!, 'sw.js')
      const addresses = kept.map((file) => (file === '/index.html' ? '/' : file))
      const told = JSON.stringify({ files: addresses, version: hash.digest('hex').slice(0, 12) })
      await writeFile(worker, `const SHELL = ${told}\n${await readFile(worker, 'utf8')}`)
    },
  }
}

const at = { host: 'localhost', port: 3002, strictPort: true }

export default defineConfig({
  server: at,
  preview: at,
  plugins: [shell()],
  build: {
    rolldownOptions: {
      input: { app: 'index.html', sw: 'worker/sw.ts' },
      // The worker's name never changes: browsers look there for a newer one.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
})
