//! One row with large values out of `SQLite`. Their bytes are copied into Wasm and let go at once: JavaScript would let them lie
//! until they are some 32 MB, as what it sees of each is small.
#![allow(unsafe_code, reason = "what the macro of `wasm-bindgen` expands to")]

use crate::sql::{Error, Ran, Row, Sql};
use worker::js_sys::Array;
use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};
use worker::{SqlStorage, SqlStorageValue as Value};

#[wasm_bindgen(inline_js = r"
export const firstRow = (sql, query, bindings) => sql.exec(query, ...bindings).raw().next().value;
export const letGo = value => { value?.transfer?.(0); };
")]
extern "C" {
    #[wasm_bindgen(catch, js_name = firstRow)]
    fn first_row(sql: &JsValue, query: &str, bindings: Array) -> Result<Option<Array>, JsValue>;
    #[wasm_bindgen(js_name = letGo)]
    fn let_go(value: &JsValue);
}

/// For statements that read. There is no other row than the first.
pub(super) struct Bulk<'a>(pub(super) &'a SqlStorage);

impl Sql for Bulk<'_> {
    fn run(&self, sql: &str, bindings: Vec<Value>) -> Result<Ran, Error> {
        let bindings = bindings.into_iter().map(JsValue::from).collect();
        let row = first_row(self.0.as_ref(), sql, bindings)?;
        let copy = |value: JsValue| {
            let copied = Value::try_from(value.clone());
            let_go(&value);
            copied
        };
        let copy = |row: Array| {
            Ok::<_, Error>(Row(row.iter().map(copy).collect::<Result<Vec<_>, _>>()?.into_iter()))
        };
        Ok(Ran { rows: row.map(copy).transpose()?.into_iter().collect(), written: 0 })
    }
}
