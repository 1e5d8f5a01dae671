// Runs the built Worker on workerd through Miniflare's API, with its state on disk: what `wrangler dev` does, without
// the proxy and the log that cost it most of its throughput. Started by xtask/src/collector.rs.
//
// Arguments: one JSON object {config, host, port, state, vars}. Prints {"url"} once it listens.
// It stops when its standard input closes, so that it never outlives whoever started it.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

// The packages live in xtask's cache, this file in the repository: resolve from the cache.
const require = createRequire(join(process.env.SONDEO_NODE_MODULES, "index.js"));
const { unstable_getMiniflareWorkerOptions: fromWrangler } = require("wrangler");
const { Miniflare, Log, LogLevel } = createRequire(require.resolve("wrangler"))("miniflare");

const { config, host, port, state, vars } = JSON.parse(process.argv[2]);
const { workerOptions, main } = fromWrangler(config);

const miniflare = new Miniflare({
  host,
  port,
  cf: false,
  log: new Log(LogLevel.ERROR),
  defaultPersistRoot: state,
  handleRuntimeStdio: (stdout, stderr) => {
    stdout.pipe(process.stderr);
    stderr.pipe(process.stderr);
  },
  workers: [
    {
      ...workerOptions,
      name: workerOptions.name ?? "sondeo",
      modules: true,
      scriptPath: main,
      modulesRoot: dirname(main),
      modulesRules: [
        { type: "ESModule", include: ["**/*.js"] },
        { type: "CompiledWasm", include: ["**/*.wasm"] },
      ],
      bindings: { ...workerOptions.bindings, ...vars },
      // A collector on this machine always has an archive, in the folder `r2` of its state.
      r2Buckets: { ARCHIVE: "archive", ...workerOptions.r2Buckets },
      unsafeTriggerHandlers: true,
    },
  ],
});

let stopping;
const stop = () => (stopping ??= miniflare.dispose().finally(() => process.exit(0)));
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.stdin.on("end", stop).on("error", stop).resume();

try {
  const url = await miniflare.ready;
  console.log(JSON.stringify({ url: url.origin }));
} catch (error) {
  console.error(error?.message ?? error);
  process.exit(1);
}
