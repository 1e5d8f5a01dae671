//! `WebDriver` `BiDi`: commands beyond the classic `WebDriver`, and events, over a `WebSocket`.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A session's socket.
pub(crate) struct Bidi(Mutex<Session>);

struct Session {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    commands: u64,
    /// What came while a reply was awaited.
    events: Vec<Value>,
}

impl Bidi {
    /// Connects, and listens to these events.
    pub(crate) async fn connect(url: &str, events: &[&str]) -> Self {
        let (socket, _) = connect_async(url).await.unwrap();
        let bidi = Self(Mutex::new(Session { socket, commands: 0, events: Vec::new() }));
        bidi.command("session.subscribe", json!({ "events": events })).await;
        bidi
    }

    /// Does what must succeed.
    pub(crate) async fn command(&self, method: &str, params: Value) -> Value {
        self.0.lock().await.command(method, params).await
    }

    /// The parameters of this kind of events, since the last call.
    pub(crate) async fn take(&self, kind: &str) -> Vec<Value> {
        let mut session = self.0.lock().await;
        // All that happened before stands in the socket before this reply.
        session.command("session.status", json!({})).await;
        let taken = session.events.extract_if(.., |event| event["method"] == kind);
        taken.map(|mut event| event["params"].take()).collect()
    }
}

impl Session {
    async fn command(&mut self, method: &str, params: Value) -> Value {
        self.commands += 1;
        let command = json!({ "id": self.commands, "method": method, "params": params });
        self.socket.send(Message::text(command.to_string())).await.unwrap();
        loop {
            let message = self.socket.next().await.expect("the browser keeps its socket open").unwrap();
            let Message::Text(text) = message else { continue };
            let mut message: Value = serde_json::from_str(&text).unwrap();
            if message["type"] == "event" {
                self.events.push(message);
            } else if message["id"] == self.commands {
                assert_eq!(message["type"], "success", "{method}: {message}");
                return message["result"].take();
            }
        }
    }
}
