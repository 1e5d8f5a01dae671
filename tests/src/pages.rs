//! Pages of a test's own, on an origin of their own.

use axum::Router;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::IntoResponse;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What is served until this is dropped.
pub struct Pages {
    /// Such as `http://127.0.0.1:40000`.
    pub origin: String,
    server: JoinHandle<()>,
}

type Files = Arc<BTreeMap<String, String>>;

impl Pages {
    /// Serves these files: path and text. What is not among them is `/`, as single-page applications want it.
    pub async fn serve<P: Into<String>>(files: impl IntoIterator<Item = (P, String)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.into(), text)).collect::<BTreeMap<_, _>>();
        let routes = Router::new().fallback(answer).with_state(Arc::new(files));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { origin, server }
    }

    /// The address of a page.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(files): State<Files>, uri: Uri) -> impl IntoResponse {
    let (path, text) = files.get_key_value(uri.path()).or_else(|| files.get_key_value("/")).unwrap();
    let script = path.rsplit_once('.').is_some_and(|(_, extension)| extension == "js");
    let media_type = if script { "text/javascript; charset=utf-8" } else { "text/html; charset=utf-8" };
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-store")], text.clone())
}
