//! The card in its shadow root, looked at from outside and used as a visitor does.

use crate::browser::{Browser, click};
use crate::wait::{becomes, until};
use fantoccini::elements::Element;
use serde_json::Value;

/// The host is the only `div` whose shadow root has a section.
const FIND: &str = "
    const hosts = Array.from(document.getElementsByTagName('div'))
        .filter((element) => element.shadowRoot && element.shadowRoot.querySelector('section'));
    const host = hosts[0];
    const root = host && host.shadowRoot;
    const find = (selector) => (root ? root.querySelector(selector) : null);
";

/// The card of a browser's page.
pub struct Card<'b> {
    browser: &'b Browser,
}

impl<'b> Card<'b> {
    pub(crate) fn of(browser: &'b Browser) -> Self {
        Self { browser }
    }

    /// Runs the body of a function that knows `hosts`, `host`, `root` and `find(selector)`.
    pub async fn eval(&self, body: &str) -> Value {
        self.browser.eval(&format!("{FIND}{body}")).await
    }

    /// How many cards there are.
    pub async fn count(&self) -> u64 {
        self.eval("return hosts.length").await.as_u64().unwrap()
    }

    /// Waits until the question is there.
    pub async fn question(&self) -> String {
        self.part(".scale button").await;
        self.text("h2").await
    }

    /// Waits until the card needs nothing more of the collector. Its question is seen before its Wasm is there; what comes once
    /// that runs is that the card was shown.
    pub async fn running(&self) {
        let counted = "return performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/exposures')) || null";
        until("the card is counted", async || self.browser.eval(counted).await.as_bool()).await;
    }

    /// Waits until no card is there.
    pub async fn gone(&self) {
        until("the card is gone", async || (self.count().await == 0).then_some(())).await;
    }

    /// Waits for a part of the card.
    pub async fn part(&self, selector: &str) -> Element {
        until(&format!("the card has {selector}"), async || {
            let script = format!("{FIND}return find(arguments[0])");
            self.browser.element(&script, vec![selector.into()]).await
        })
        .await
    }

    /// Waits for a part that has a text.
    pub async fn text(&self, selector: &str) -> String {
        until(&format!("the card's {selector} has a text"), async || {
            let text = self.eval(&format!("return find({selector:?})?.textContent || null")).await;
            text.as_str().map(str::to_owned)
        })
        .await
    }

    /// Waits until a part's text is this one.
    pub async fn says(&self, selector: &str, expected: &str) {
        becomes(selector, expected, async || self.text(selector).await).await;
    }

    /// Clicks a part, as soon as it is there.
    pub async fn click(&self, selector: &str) {
        click(selector, async || self.part(selector).await).await;
    }

    /// Chooses a score.
    pub async fn choose(&self, score: u8) {
        self.click(&format!(".scale button[value=\"{score}\"]")).await;
    }

    /// Chooses a score, writes why, and sends it.
    pub async fn answer(&self, score: u8, comment: &str) {
        self.choose(score).await;
        self.part("textarea").await.send_keys(comment).await.unwrap();
        self.click(".send").await;
        self.text("p[role=status]").await;
    }
}
