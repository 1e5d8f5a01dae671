//! The other metrics, screens and languages.

use crate::hostile_page::stored_row;
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{collector, run};
use serde_json::{Value, json};

fn cells(row: &e2e::api::Row, columns: [&str; 8]) -> [String; 8] {
    columns.map(|column| row[column].clone())
}

const COLUMNS: [&str; 8] =
    ["metric", "scale_min", "scale_max", "score", "segment", "touchpoint", "order_id", "locale"];

#[test]
fn csat_on_a_product_page() {
    run(async {
        let shop = Shop::open(collector::shared().await, "surveys-csat").await;
        let browser = Browser::start().await;
        shop.accept(&browser).await;
        browser.goto(&shop.url("/product/thermal")).await;
        browser.click("[data-test=notes]").await;
        let card = browser.card();
        assert_eq!(card.question().await, "How satisfied are you with what this page tells you?");
        assert_eq!(card.eval("return root.querySelectorAll('.scale button').length").await, 5);
        card.answer(2, "Where is the farm?").await;
        let row = stored_row(&shop.site.survey("product-page")).await;
        assert_eq!(cells(&row, COLUMNS), ["csat", "1", "5", "2", "dissatisfied", "browse", "", "en"]);
        assert_eq!(row["page_path"], "/product/thermal");
        assert_eq!(row["respondent"].len(), 64, "the visitor, who agreed");
        browser.reload().await;
        browser.click("[data-test=notes]").await;
        assert_eq!(browser.card().count().await, 0, "not again within 30 days");
    });
}

/// Twenty seconds are over at once, and no other time is.
const HURRY: &str = "
    const wait = window.setTimeout;
    window.setTimeout = (work, time, ...rest) => wait(work, time === 20000 ? 0 : time, ...rest);
";

#[test]
fn no_other_page_is_asked_about_as_a_product() {
    run(async {
        let shop = Shop::open(collector::shared().await, "surveys-elsewhere").await;
        let browser = Browser::start().await;
        browser.before_pages(HURRY).await;
        shop.accept(&browser).await;
        for path in ["/", "/checkout", "/help/grind", "/privacy"] {
            browser.requests().await;
            browser.goto(&shop.url(path)).await;
            browser.loader().await;
            browser.eval("return new Promise((done) => setTimeout(done, 20))").await;
            let requests = browser.requests().await;
            assert!(!requests.iter().any(|url| url.contains("/a/")), "{path}: {requests:?}");
        }
    });
}

#[test]
fn who_reads_a_product_page_for_twenty_seconds_is_asked() {
    run(async {
        let shop = Shop::open(collector::shared().await, "surveys-delay").await;
        let browser = Browser::start().await;
        browser.before_pages(HURRY).await;
        shop.accept(&browser).await;
        browser.goto(&shop.url("/product/talon")).await;
        assert_eq!(browser.card().question().await, "How satisfied are you with what this page tells you?");
        browser.card().click(".close").await;
        browser.card().gone().await;
        browser.reload().await;
        browser.click("[data-test=notes]").await;
        browser.loader().await;
        assert_eq!(browser.card().count().await, 0, "closed is closed for two weeks");
        assert_eq!(shop.site.survey("product-page").count().await, 0);
    });
}

#[test]
fn ces_on_a_help_page() {
    run(async {
        let shop = Shop::open(collector::shared().await, "surveys-ces").await;
        let browser = Browser::start().await;
        shop.accept(&browser).await;
        browser.goto(&shop.url("/help/grind")).await;
        browser.click("[data-test=article-done]").await;
        let card = browser.card();
        assert_eq!(card.question().await, "Kestrel made it easy for me to find the right grind.");
        assert_eq!(card.eval("return root.querySelectorAll('.scale button').length").await, 7);
        card.says(".ends", "Strongly disagreeStrongly agree").await;
        card.choose(7).await;
        card.click(".skip").await;
        let row = stored_row(&shop.site.survey("help-article")).await;
        assert_eq!(cells(&row, COLUMNS), ["ces", "1", "7", "7", "easy", "support", "", "en"]);
        assert_eq!(row["comment"], "");
    });
}

#[test]
fn on_a_phone_the_card_is_a_sheet_at_the_bottom() {
    run(async {
        let shop = Shop::open(collector::shared().await, "surveys-phone").await;
        let browser = Browser::start().await;
        browser.resize(375, 740, true).await;
        shop.accept(&browser).await;
        shop.buy(&browser).await;
        let card = browser.card();
        card.question().await;
        for width in [375, 320] {
            browser.resize(width, 740, true).await;
            until(&format!("the sheet is {width} px wide"), async || {
                (sheet(&browser).await == json!([0, width, 740])).then_some(())
            })
            .await;
            let narrowest = "return Math.min(...Array.from(root.querySelectorAll('.scale button'), (cell) => cell.getBoundingClientRect().width))";
            let narrowest = card.eval(narrowest).await;
            assert!(narrowest.as_f64().unwrap() >= 24.0, "{width}: {narrowest}");
            let wide = "const section = find('section'); return [section.scrollWidth - section.clientWidth, document.scrollingElement.scrollWidth]";
            let wide = card.eval(wide).await;
            assert_eq!(wide, json!([0, width]), "nothing scrolls sideways");
        }
        card.answer(8, "Fits").await;
        assert_eq!(stored_row(&shop.purchases()).await["segment"], "passive");
    });
}

/// Left, right and bottom of the card.
async fn sheet(browser: &Browser) -> Value {
    let script = "const { left, right, bottom } = find('section').getBoundingClientRect();
        return [left, right, bottom].map(Math.round)";
    browser.card().eval(script).await
}

#[test]
fn the_page_s_language_counts_and_then_the_browser_s() {
    run(async {
        let shop = Shop::open(collector::shared().await, "surveys-language").await;
        for (browser, page) in [("en", "es"), ("es-MX", ""), ("fr", "es-ES")] {
            let browser = Browser::with_language(browser).await;
            shop.accept(&browser).await;
            browser.goto(&shop.url("/help/grind")).await;
            browser.eval(&format!("document.documentElement.lang = {page:?}")).await;
            browser.click("[data-test=article-done]").await;
            let card = browser.card();
            assert_eq!(
                card.question().await,
                "Con Kestrel me ha resultado fácil encontrar la molienda adecuada."
            );
            assert_eq!(
                card.eval("return [host.lang, find('.close').getAttribute('aria-label')].join()").await,
                "es,Cerrar"
            );
            card.choose(1).await;
            card.says(".send", "Enviar").await;
            card.click(".skip").await;
            card.says("p[role=status]", "Gracias. Irá a la próxima edición de esta guía.").await;
        }
        let survey = shop.site.survey("help-article");
        until("all are stored", async || {
            let rows = survey.rows().await;
            let complete =
                rows.iter().filter(|row| row["complete"] == "true" && row["locale"] == "es").count();
            (complete == 3).then_some(())
        })
        .await;
        assert_eq!(survey.stats().await["easy"]["value"], Value::from(0.0));
    });
}
