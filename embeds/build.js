// Writes what the server serves: `npm run build`. Into another folder: `node build.js folder`.
import { build } from "esbuild";

const outdir = process.argv[2] ?? "../delivery/embeds/static";
const minified = { minify: true, target: ["es2022", "chrome120", "firefox121", "safari17.2"], logLevel: "warning" };

/** A stylesheet imported by a script is its minified text: the components have the same one as the pages of iframes. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await build({ ...minified, entryPoints: [path], write: false });
      return { contents: outputFiles[0].text, loader: "text" };
    });
  },
};

const scripts = { ...minified, bundle: true, format: "esm", outdir, plugins: [styles] };
await build({ ...scripts, entryPoints: { embed: "src/embed.ts", builder: "src/builder/builder.ts" } });
await build({ ...minified, outdir, entryPoints: ["src/embed.css", "src/builder/builder.css"], entryNames: "[name]" });
