// The Worker as the platform knows it, around what `worker-build` makes of the Rust: `xtask/src/build/edge.rs` puts the two
// together. Only classes that extend the platform's own can be called from outside, which costs less than a request.
import { DurableObject } from "cloudflare:workers";
import worker, * as wasm from "./worker.js";

class Called extends DurableObject {
  constructor(Store, context, env) {
    super(context, env);
    this.store = new Store(context, env);
  }

  call(path, message) {
    return this.store.call(path, message);
  }
}

export class Registry extends Called {
  constructor(context, env) {
    super(wasm.Registry, context, env);
  }
}

export class Shard extends Called {
  constructor(context, env) {
    super(wasm.Shard, context, env);
  }

  // What comes as a stream.
  fetch(request) {
    return this.store.fetch(request);
  }

  alarm() {
    return this.store.alarm();
  }
}

// `worker-build` makes an instance and three proxies for each request. What they are for is done here without them: after a trap
// Wasm starts anew, which whoever makes an instance sees to.
const state = globalThis.__worker_init_state;
const { fetch } = worker.prototype;

export default {
  fetch(request, env, ctx) {
    if (state.criticalError) new worker(ctx, env);
    return fetch.call({ env, ctx }, request);
  },
};
