//! The shop's HTTP side: bind, route, stop.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time};

use crate::{files, goods, pages::Pages};

/// How long [`Shop::stop`] waits for requests under way.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// Where the shop listens and which collector its script tag names.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on; port 0 takes a free one.
    pub addr: SocketAddr,
    /// The collector's origin, such as `http://127.0.0.1:8787`.
    pub collector: String,
    /// The collector's id for this site, such as `kestrel`.
    pub site: String,
    /// The `Content-Security-Policy` of every response, if any.
    pub csp: Option<String>,
}

/// A running shop. Dropping it stops it too, without waiting for requests under way.
#[derive(Debug)]
pub struct Shop {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

struct Front {
    pages: Pages,
    headers: HeaderMap,
}

/// Starts the shop; it answers from the moment this returns.
///
/// # Errors
/// When the address cannot be bound, or when the policy is not a valid header value.
pub async fn serve(config: Config) -> io::Result<Shop> {
    let front = Arc::new(Front {
        pages: Pages::new(&config.collector, &config.site),
        headers: common_headers(config.csp.as_deref())?,
    });
    let listener = TcpListener::bind(config.addr).await?;
    let addr = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        axum::serve(listener, routes(front))
            .with_graceful_shutdown(async {
                // A dropped sender means a dropped shop: either way it is over.
                let _ = stopped.await;
            })
            .await
    });
    Ok(Shop { addr, stop, server })
}

impl Shop {
    /// The address that the shop listens on, with the real port.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The shop's origin as a browser writes it, such as `http://127.0.0.1:8788`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Stops taking requests, lets those under way finish (two seconds at most) and frees the port.
    pub async fn stop(mut self) {
        // The receiver is gone only when the server has ended already.
        let _ = self.stop.send(());
        if time::timeout(STOP_PATIENCE, &mut self.server).await.is_err() {
            self.server.abort();
        }
    }
}

fn common_headers(csp: Option<&str>) -> io::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(policy) = csp {
        let value = HeaderValue::from_str(policy)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    Ok(headers)
}

fn routes(front: Arc<Front>) -> Router {
    Router::new()
        .route("/", get(async |State(front): State<Arc<Front>>| front.page(front.pages.home())))
        .route("/product/{slug}", get(product))
        .route("/goods.js", get(async |State(front): State<Arc<Front>>| front.goods()))
        .route("/hostile", get(async |State(front): State<Arc<Front>>| front.page(front.pages.hostile())))
        .fallback(get(rest))
        .with_state(front)
}

/// 200 with the product's page, or 404.
async fn product(State(front): State<Arc<Front>>, Path(slug): Path<String>) -> Response {
    match goods::find(&slug) {
        Some(good) => front.page(front.pages.product(good)),
        None => front.missing(),
    }
}

/// A page without data of its own, or a file; else 404.
async fn rest(State(front): State<Arc<Front>>, uri: axum::http::Uri) -> Response {
    if let Some(page) = front.pages.plain(uri.path()) {
        return front.page(page);
    }
    match files::find(uri.path()) {
        Some(file) => front.answer(StatusCode::OK, file.mime, file.text.to_owned()),
        None => front.missing(),
    }
}

impl Front {
    fn page(&self, html: String) -> Response {
        self.answer(StatusCode::OK, "text/html; charset=utf-8", html)
    }

    fn missing(&self) -> Response {
        self.answer(StatusCode::NOT_FOUND, "text/html; charset=utf-8", self.pages.missing())
    }

    fn goods(&self) -> Response {
        self.answer(StatusCode::OK, "text/javascript; charset=utf-8", goods::module())
    }

    fn answer(&self, status: StatusCode, mime: &'static str, body: String) -> Response {
        (status, self.headers.clone(), [(header::CONTENT_TYPE, mime)], body).into_response()
    }
}
