import { defineConfig } from 'vite'

// The API's pages link to http://localhost:3000 (CAVEAT_SITE_URL), so this port or none.
const at = { host: 'localhost', port: 3000, strictPort: true }

export default defineConfig({ server: at, preview: at })
