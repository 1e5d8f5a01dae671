// Renders a template of the guides as Shopify does, with its filter `hmac_sha256`.
//
// Arguments: one JSON object {template, values, modules}; `modules` is a folder `node_modules`.
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";

const { template, values, modules } = JSON.parse(process.argv[2]);
const { Liquid } = createRequire(modules + "/")("liquidjs");

const liquid = new Liquid({ strictFilters: true, strictVariables: true });
liquid.registerFilter("hmac_sha256", (text, key) => createHmac("sha256", key).update(text).digest("hex"));
process.stdout.write(await liquid.parseAndRender(template, values));
