//! Requests to servers of others: the receivers of webhooks, and the service of challenges.

use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use worker::web_sys::{self, RequestRedirect};
use worker::{AbortController, Delay, Fetch, Request};

/// A POST that is about to be sent.
pub(crate) struct Post<'a> {
    pub(crate) url: &'a str,
    /// Names and values.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a str,
    /// How long the other side has for all of it.
    pub(crate) patience: Duration,
    /// A receiver's reply is not read: it may be as long as it likes.
    pub(crate) is_read: bool,
}

/// What the other side said; a redirect is not followed, but a status as any other.
pub(crate) struct Said {
    pub(crate) status: u16,
    /// Empty where it is not read.
    pub(crate) body: Vec<u8>,
}

/// Why there is no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Silence {
    NoConnection,
    TooLate,
}

impl Post<'_> {
    /// Fails where the request cannot be made at all, as by an address that is none.
    pub(crate) async fn send(&self) -> worker::Result<Result<Said, Silence>> {
        // Through the platform's own interface: the crate's can say all that Cloudflare has for requests, and has code for it.
        let init = web_sys::RequestInit::new();
        init.set_method("POST");
        init.set_redirect(RequestRedirect::Manual);
        init.set_body(&self.body.into());
        let request = web_sys::Request::new_with_str_and_init(self.url, &init)?;
        let headers = request.headers();
        for (name, value) in self.headers {
            headers.set(name, value)?;
        }
        let request = Fetch::Request(Request::from(request));
        let controller = AbortController::default();
        let signal = controller.signal();
        let exchange = pin!(async {
            let mut reply = request.send_with_signal(&signal).await?;
            let body = if self.is_read { reply.bytes().await? } else { Vec::new() };
            Ok::<_, worker::Error>(Said { status: reply.status_code(), body })
        });
        let said = match select(exchange, pin!(Delay::from(self.patience))).await {
            Either::Left((said, _)) => said.map_err(|_| Silence::NoConnection),
            Either::Right(_) => Err(Silence::TooLate),
        };
        // Ends the exchange, and with it a body that nobody reads.
        controller.abort();
        Ok(said)
    }
}
