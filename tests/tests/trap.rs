//! A trap in Wasm ends what it happens in, and nothing after it: Wasm starts anew, in the Worker and in its objects.

use e2e::api::Api;
use e2e::{run, scratch};
use reqwest::Method;
use std::fs;
use std::path::{Path, PathBuf};
use xtask::collector::{Collector, Options};
use xtask::paths;
use xtask::token::Token;

/// The built Worker with faults in it: Wasm that ends in a trap, run where the Worker's own reads a request or a message.
const FAULTY: &str = r#"
import module from "./unreachable.wasm";
import worker, { Registry as Sound, Shard } from "./index.js";

const { trap } = new WebAssembly.Instance(module).exports;
const hostile = (target, member) => new Proxy(target, {
  get(target, name) {
    if (name === member) trap();
    const value = target[name];
    return typeof value === "function" ? value.bind(target) : value;
  },
});
let next = false;

export { Shard };

export class Registry extends Sound {
  call(path, message) {
    if (!next) return super.call(path, message);
    next = false;
    return super.call(path, hostile(message, "length"));
  }
}

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/fault/worker") return worker.fetch(hostile(request, "url"), env, ctx);
    if (pathname !== "/fault/object") return worker.fetch(request, env, ctx);
    next = true;
    return new Response();
  },
};
"#;

/// `(module (func (export "trap") unreachable))`
const UNREACHABLE: &[u8] =
    b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x08\x01\x04trap\0\0\x0a\x05\x01\x03\0\0\x0b";

fn faulty_worker() -> PathBuf {
    let folder = scratch::fresh("faulty");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    for name in ["index.js", "index_bg.wasm"] {
        fs::copy(paths::edge_dist().join(name), folder.join(name)).unwrap();
    }
    write("faulty.js", FAULTY.as_bytes());
    write("unreachable.wasm", UNREACHABLE);
    let config = fs::read_to_string(paths::root().join("edge/wrangler.toml")).unwrap();
    let ours = config.replace("build/index.js", "faulty.js");
    assert_ne!(config, ours);
    write("wrangler.toml", ours.as_bytes());
    folder.join("wrangler.toml")
}

/// How often Wasm has started anew.
fn starts(state: &Path) -> usize {
    fs::read_to_string(state.join("collector.log")).unwrap().matches("Reinitializing Wasm").count()
}

#[test]
fn after_a_trap_wasm_starts_anew() {
    run(async {
        let token = Token::generate().unwrap();
        let mut options = Options::new(scratch::fresh("state"), &token);
        options.config = faulty_worker();
        let running = Collector::start(&options).await.unwrap();
        let api = Api::new(&running.base_url, token.as_str());
        let ask =
            async |method, path: &str| api.request(method, path).send().await.unwrap().status().as_u16();
        let site = r#"{"name": "A", "origins": [], "consent_policy": "anonymous"}"#;
        let site =
            api.request(Method::PUT, "/v1/sites/a").header("content-type", "application/json").body(site);
        assert_eq!(site.send().await.unwrap().status(), 201);

        assert_eq!(ask(Method::GET, "/fault/worker").await, 500);
        assert_eq!(ask(Method::GET, "/v1/sites/a").await, 200);
        assert_eq!(starts(&options.state), 1);

        assert_eq!(ask(Method::GET, "/fault/object").await, 200);
        assert_eq!(ask(Method::GET, "/v1/sites/a").await, 503);
        assert_eq!(ask(Method::GET, "/v1/sites/a").await, 200);
        assert_eq!(starts(&options.state), 2);
    });
}
