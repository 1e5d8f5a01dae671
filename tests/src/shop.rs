//! The demo shop, with a site and surveys of its own in the collector, and what visitors do there.

use crate::api::{Api, Site, Survey};
use crate::browser::Browser;

/// A shop of one test.
pub struct Shop {
    /// Its site in the collector.
    pub site: Site,
    server: sondeo_demo::Shop,
}

impl Shop {
    /// Opens a shop whose site has this name.
    pub async fn open(collector: &Api, site: &str) -> Self {
        Self::with_policy(collector, site, None).await
    }

    /// Opens a shop whose pages have this `Content-Security-Policy`.
    pub async fn with_policy(collector: &Api, site: &str, csp: Option<String>) -> Self {
        let addr = ([127, 0, 0, 1], 0).into();
        let config = sondeo_demo::Config { addr, collector: collector.base.clone(), site: site.into(), csp };
        let server = sondeo_demo::serve(config).await.unwrap();
        let origin = server.origin();
        let site = collector.site_of(site, &origin, sondeo_demo::site_definition(&origin)).await;
        for (id, definition) in sondeo_demo::surveys() {
            site.publish(id, definition).await;
        }
        Self { site, server }
    }

    /// The address of a page.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.origin())
    }

    /// The survey after a purchase.
    #[must_use]
    pub fn purchases(&self) -> Survey {
        self.site.survey("post-purchase")
    }

    /// Accepts surveys in the banner of the first page.
    pub async fn accept(&self, browser: &Browser) {
        browser.goto(&self.url("/")).await;
        browser.click("[data-test=consent-accept]").await;
    }

    /// Buys a bag of coffee for 11.50 and 3.90 of delivery, and returns the order's number on the thank-you page.
    pub async fn buy(&self, browser: &Browser) -> String {
        browser.goto(&self.url("/product/hover")).await;
        browser.click("[data-test=add-to-cart]").await;
        browser.text("#added").await;
        browser.goto(&self.url("/cart")).await;
        browser.click("[data-test=checkout]").await;
        browser.at("/checkout").await;
        for (field, text) in [
            ("#name", "Ana Ruiz"),
            ("#email", "ana@example.com"),
            ("#address", "Rua da Bica 40"),
            ("#postal_code", "1200-060"),
            ("#city", "Lisboa"),
        ] {
            browser.fill(field, text).await;
        }
        browser.click("[data-test=place-order]").await;
        browser.at("/thanks").await;
        browser.text("[data-test=order-id]").await
    }
}
