//! Under a strict policy the card works; where the policy forbids WebAssembly, the page learns why and nothing breaks.

use crate::hostile_page::stored_row;
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, collector, in_both, run};

const LISTEN: &str = "
    window.__violations = [];
    document.addEventListener('securitypolicyviolation', (event) =>
        window.__violations.push(event.effectiveDirective + ' ' + event.blockedURI));
";

async fn shop(site: &str, wasm: &str) -> Shop {
    let collector = collector::shared().await;
    let policy = format!("script-src 'self' {}{wasm}; style-src 'self'", collector.base);
    Shop::with_policy(collector, site, Some(policy)).await
}

in_both!(a_policy_that_allows_it_is_not_violated);
fn a_policy_that_allows_it_is_not_violated(engine: Engine) {
    run(async {
        let shop = shop(&format!("csp-strict-{engine}"), " 'wasm-unsafe-eval'").await;
        let browser = Browser::start_in(engine).await;
        browser.before_pages(LISTEN).await;
        shop.accept(&browser).await;
        shop.buy(&browser).await;
        browser.card().question().await;
        browser.card().answer(9, "strict").await;
        stored_row(&shop.purchases()).await;
        assert_eq!(browser.eval("return window.__violations.join()").await, "");
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
        let console = browser.console().await;
        assert!(console.iter().all(|(level, _)| level != "WARNING" && level != "SEVERE"), "{console:?}");
    });
}

in_both!(a_policy_without_webassembly_gets_one_warning);
fn a_policy_without_webassembly_gets_one_warning(engine: Engine) {
    run(async {
        let shop = shop(&format!("csp-no-wasm-{engine}"), "").await;
        let browser = Browser::start_in(engine).await;
        browser.before_pages(LISTEN).await;
        shop.accept(&browser).await;
        browser.console().await;
        shop.buy(&browser).await;
        let mut warnings = Vec::new();
        until("the console says why", async || {
            warnings.extend(warnings_of(&browser).await);
            (!warnings.is_empty()).then_some(())
        })
        .await;
        // Another trigger finds the same policy.
        let event =
            "return window.sondeo('event', 'article_done') ?? new Promise((done) => setTimeout(done, 0))";
        browser.eval(event).await;
        until("the second refusal is over", async || {
            let violations = browser.eval("return window.__violations.length").await;
            (violations.as_u64() >= Some(1)).then_some(())
        })
        .await;
        warnings.extend(warnings_of(&browser).await);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains("Sondeo"), "{warnings:?}");
        assert_eq!(browser.card().count().await, 0);
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
        assert_eq!(shop.purchases().count().await, 0);
    });
}

async fn warnings_of(browser: &Browser) -> Vec<String> {
    let console = browser.console().await.into_iter();
    console
        .filter(|(level, text)| level == "WARNING" && text.contains("wasm-unsafe-eval"))
        .map(|(_, text)| text)
        .collect()
}
