//! A server that gets webhooks, and answers as a test wants.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri, header};
use futures_util::stream::{self, StreamExt};
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::wait::until;

/// How one message is answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// With this status.
    Status(u16),
    /// With 302 to this address.
    Redirect(String),
    /// Never.
    Hang,
    /// With 200 and half a body; the rest never comes.
    Half,
}

/// What came.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Message {
    /// A header, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Default)]
struct Seen {
    plans: HashMap<String, VecDeque<Answer>>,
    messages: HashMap<String, Vec<Message>>,
}

/// It runs until this is dropped.
pub struct Receiver {
    /// Such as `http://127.0.0.1:40000`.
    pub origin: String,
    seen: Arc<Mutex<Seen>>,
    server: JoinHandle<()>,
}

impl Receiver {
    /// Listens on a free port.
    pub async fn start() -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let routes = Router::new().fallback(take).with_state(seen.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { origin, seen, server }
    }

    /// How the next messages to a path are answered; the last of these answers stays. Without a plan it is 200.
    pub fn plan(&self, path: &str, answers: impl Into<VecDeque<Answer>>) {
        self.seen.lock().unwrap().plans.insert(path.into(), answers.into());
    }

    /// What came to a path.
    #[must_use]
    pub fn got(&self, path: &str) -> Vec<Message> {
        self.seen.lock().unwrap().messages.get(path).cloned().unwrap_or_default()
    }

    /// Waits until at least so many messages came to a path.
    pub async fn until(&self, path: &str, count: usize) -> Vec<Message> {
        let what = format!("{count} messages to {path}");
        until(&what, async || Some(self.got(path)).filter(|messages| messages.len() >= count)).await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn take(
    State(seen): State<Arc<Mutex<Seen>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let answer = {
        let mut seen = seen.lock().unwrap();
        let path = uri.path().to_owned();
        seen.messages.entry(path.clone()).or_default().push(Message { headers, body });
        let plan = seen.plans.entry(path).or_default();
        if plan.len() > 1 { plan.pop_front() } else { plan.front().cloned() }
    };
    let status = |status: u16| Response::builder().status(status);
    match answer.unwrap_or(Answer::Status(200)) {
        Answer::Status(code) => status(code).body(Body::empty()).unwrap(),
        Answer::Redirect(to) => status(302).header(header::LOCATION, to).body(Body::empty()).unwrap(),
        Answer::Hang => pending().await,
        Answer::Half => {
            let half = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{\"ok\": t"))]);
            status(200).body(Body::from_stream(half.chain(stream::pending()))).unwrap()
        }
    }
}
