//! A request as it came in.
//!
//! In place of the `worker` crate's, which copies every property of a request before anybody asks for one: among them `cf`,
//! which the runtime parses for it, and the address, parsed by Rust. Together a twentieth of an answer's time.

use std::cell::OnceCell;
use std::error::Error;
use worker::js_sys::Array;
use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};
use worker::{ByteStream, FromRequest, Result, Url, web_sys};

/// The request of a client.
pub(crate) struct Request {
    raw: web_sys::Request,
    headers: Headers,
}

impl FromRequest for Request {
    fn from_raw(raw: web_sys::Request) -> std::result::Result<Self, impl Into<Box<dyn Error>>> {
        let headers = Headers { raw: raw.headers(), often: OnceCell::new() };
        Ok::<_, worker::Error>(Self { raw, headers })
    }
}

impl Request {
    pub(crate) fn headers(&self) -> &Headers {
        &self.headers
    }

    pub(crate) fn method(&self) -> String {
        self.raw.method()
    }

    /// The platform's own object.
    pub(crate) fn inner(&self) -> &web_sys::Request {
        &self.raw
    }

    pub(crate) fn url(&self) -> Result<Url> {
        Url::parse(&self.raw.url()).map_err(|error| worker::Error::from(error.to_string()))
    }

    /// The path of its address, which the platform has brought into its normal form.
    pub(crate) fn path(&self) -> String {
        path_of(&self.raw.url()).to_owned()
    }

    /// The body, once.
    pub(crate) async fn bytes(&self) -> Result<Vec<u8>> {
        let body = worker::wasm_bindgen_futures::JsFuture::from(self.raw.array_buffer()?).await?;
        Ok(worker::js_sys::Uint8Array::new(&body).to_vec())
    }

    /// The body as it comes; none where there is none, or it was read.
    pub(crate) fn stream(&self) -> Option<ByteStream> {
        if self.raw.body_used() {
            return None;
        }
        self.raw.body().map(ByteStream::from)
    }
}

/// What an answer is looked at for.
const OFTEN: [&str; 8] = [
    "Content-Type",
    "Content-Length",
    "Origin",
    "CF-Connecting-IP",
    "Sec-GPC",
    "DNT",
    "User-Agent",
    "Sec-CH-UA-Mobile",
];

// No value has a line break or a NUL in it.
#[wasm_bindgen(inline_js = r"
export const headersNamed = (headers, names) => {
  let lines = '';
  for (const name of names) lines += (headers.get(name) ?? '\0') + '\n';
  return lines;
};
")]
#[allow(unsafe_code, reason = "what the macro expands to")]
extern "C" {
    #[wasm_bindgen(catch, js_name = headersNamed)]
    fn headers_named(headers: &web_sys::Headers, names: &Array) -> std::result::Result<String, JsValue>;
}

/// A request's headers. Those of [`OFTEN`] are read all in one step: one by one, each takes as long as five of them.
pub(crate) struct Headers {
    raw: web_sys::Headers,
    often: OnceCell<Vec<Option<String>>>,
}

impl Headers {
    /// Of several with this name, all, with commas between them.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>> {
        let Some(at) = OFTEN.iter().position(|often| *often == name) else { return Ok(self.raw.get(name)?) };
        if let Some(read) = self.often.get() {
            return Ok(read.get(at).cloned().flatten());
        }
        let read = self.read()?;
        Ok(self.often.get_or_init(|| read).get(at).cloned().flatten())
    }

    pub(crate) fn has(&self, name: &str) -> Result<bool> {
        Ok(self.raw.has(name)?)
    }

    fn read(&self) -> Result<Vec<Option<String>>> {
        thread_local! {
            static NAMES: Array = OFTEN.into_iter().map(JsValue::from_str).collect();
        }
        let lines = NAMES.with(|names| headers_named(&self.raw, names))?;
        Ok(lines.split_terminator('\n').map(|line| (line != "\0").then(|| line.to_owned())).collect())
    }
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    let end = path.bytes().position(|byte| byte == b'?' || byte == b'#');
    end.and_then(|end| path.get(..end)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn paths_begin_after_the_host_and_end_before_the_query() {
        for (url, path) in [
            ("https://a.example/v1/sites/x?y=/z", "/v1/sites/x"),
            ("http://127.0.0.1:8787/", "/"),
            ("http://a.example/a%2Fb#c?d", "/a%2Fb"),
            ("http://a.example?q", "/"),
        ] {
            assert_eq!(path_of(url), path, "{url}");
        }
    }
}
