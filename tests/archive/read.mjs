// Runs a query by DuckDB and prints its rows as JSON. Arguments: the folder of the packages, the query.
import { createRequire } from "node:module";
import { join } from "node:path";

const [, , modules, query] = process.argv;
const { DuckDBInstance } = createRequire(join(modules, "index.js"))("@duckdb/node-api");
const connection = await (await DuckDBInstance.create(":memory:")).connect();
console.log(JSON.stringify((await connection.runAndReadAll(query)).getRowObjectsJson()));
