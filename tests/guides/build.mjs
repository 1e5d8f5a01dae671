// Bundles the application of a framework with the code of its guide inside, as `guide`.
//
// Arguments: one JSON object {entry, guide, out, modules, tools}; `modules` and `tools` are folders `node_modules`.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const { entry, guide, out, modules, tools } = JSON.parse(process.argv[2]);
const { build } = createRequire(tools + "/")("esbuild");

const svelte = {
  name: "svelte",
  async setup({ onLoad }) {
    const { compile } = await import(pathToFileURL(modules + "/svelte/src/compiler/index.js"));
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, "utf8"), { filename: path, generate: "client" });
      return { contents: js.code, loader: "js" };
    });
  },
};

await build({
  entryPoints: [entry],
  outfile: out,
  bundle: true,
  format: "iife",
  jsx: "automatic",
  logLevel: "error",
  alias: { guide },
  nodePaths: [modules],
  conditions: ["svelte", "browser"],
  // Development: what frameworks complain about is then an error in the console.
  define: {
    "process.env.NODE_ENV": '"development"',
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  },
  plugins: entry.endsWith(".svelte.js") ? [svelte] : [],
});
