//! The shop over HTTP, as a browser meets it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use reqwest::{Client, Response, StatusCode, header};
use sondeo_demo::{Config, Shop, serve, site_definition, surveys};

const CSP: &str = "script-src 'self' http://127.0.0.1:9 'wasm-unsafe-eval'";

const PAGES: [&str; 12] = [
    "/",
    "/product/hover",
    "/product/thermal",
    "/product/fencepost",
    "/product/nightjar",
    "/product/perch",
    "/product/talon",
    "/cart",
    "/checkout",
    "/thanks?order=K-00000-00000",
    "/help/grind",
    "/privacy",
];

fn config(csp: Option<&str>) -> Config {
    Config {
        addr: ([127, 0, 0, 1], 0).into(),
        // The trailing slash must not end up doubled in the tag.
        collector: "http://127.0.0.1:9/".into(),
        site: "kestrel".into(),
        csp: csp.map(Into::into),
    }
}

async fn open(csp: Option<&str>) -> Shop {
    serve(config(csp)).await.unwrap()
}

async fn get(shop: &Shop, path: &str) -> Response {
    Client::builder().no_proxy().build().unwrap().get(shop.origin() + path).send().await.unwrap()
}

fn mime(response: &Response) -> &str {
    response.headers()[header::CONTENT_TYPE].to_str().unwrap()
}

/// The values of every `name="…"` in the markup.
fn values(html: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).map(Into::into).collect()
}

#[tokio::test]
async fn every_page_has_the_tag_once_and_nothing_left_to_fill_in() {
    let shop = open(None).await;
    for path in PAGES.into_iter().chain(["/hostile", "/nothing-here"]) {
        let page = get(&shop, path).await;
        let status = if path == "/nothing-here" { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(page.status(), status, "{path}");
        assert_eq!(mime(&page), "text/html; charset=utf-8", "{path}");
        assert_eq!(page.headers()[header::CACHE_CONTROL], "no-store", "{path}");
        assert!(!page.headers().contains_key(header::CONTENT_SECURITY_POLICY), "{path}");
        let html = page.text().await.unwrap();
        let tag = r#"<script async src="http://127.0.0.1:9/s/kestrel.js"></script>"#;
        assert_eq!(html.matches(tag).count(), 1, "{path}");
        assert!(!html.contains("{{") && !html.contains("}}"), "{path}");
    }
}

#[tokio::test]
async fn a_strict_policy_finds_nothing_inline() {
    let shop = open(Some(CSP)).await;
    for path in PAGES.into_iter().chain(["/hostile", "/nothing-here"]) {
        let page = get(&shop, path).await;
        assert_eq!(page.headers()[header::CONTENT_SECURITY_POLICY], CSP, "{path}");
        let html = page.text().await.unwrap();
        for script in html.split("<script").skip(1) {
            let (attributes, rest) = script.split_once('>').unwrap();
            assert!(attributes.contains(" src=\""), "{path}: {attributes}");
            assert!(rest.starts_with("</script>"), "{path}: {rest:.40}");
        }
        assert!(!html.contains("<style") && values(&html, "style").is_empty(), "{path}");
        for handler in ["onclick", "onsubmit", "onload", "onerror", "oninput", "onchange"] {
            assert!(values(&html, handler).is_empty(), "{path}: {handler}");
        }
    }
}

#[tokio::test]
async fn every_link_and_file_of_every_page_answers() {
    let shop = open(None).await;
    for path in PAGES.into_iter().chain(["/hostile", "/nothing-here"]) {
        let html = get(&shop, path).await.text().await.unwrap();
        for link in values(&html, "src").into_iter().chain(values(&html, "href")) {
            if !link.starts_with('/') {
                assert!(link.starts_with('#') || link.starts_with("http://127.0.0.1:9/"), "{path}: {link}");
                continue;
            }
            let target = get(&shop, &link).await;
            assert_eq!(target.status(), StatusCode::OK, "{path}: {link}");
            let extension = link.rsplit_once('.').map_or("", |(_, extension)| extension);
            let expected = match extension {
                "js" => "text/javascript; charset=utf-8",
                "css" => "text/css; charset=utf-8",
                "svg" => "image/svg+xml",
                _ => "text/html; charset=utf-8",
            };
            assert_eq!(mime(&target), expected, "{path}: {link}");
        }
    }
}

#[tokio::test]
async fn every_module_that_a_script_imports_answers() {
    let shop = open(None).await;
    for script in ["/main.js", "/product.js", "/cart.js", "/checkout.js", "/thanks.js", "/help.js"] {
        let code = get(&shop, script).await.text().await.unwrap();
        for import in code.split("from \".").skip(1).filter_map(|rest| rest.split('"').next()) {
            let module = get(&shop, import).await;
            assert_eq!(module.status(), StatusCode::OK, "{script}: {import}");
            assert_eq!(mime(&module), "text/javascript; charset=utf-8", "{script}: {import}");
        }
    }
}

#[tokio::test]
async fn the_tests_find_what_they_press() {
    let shop = open(None).await;
    for (path, wanted) in [
        ("/product/hover", "add-to-cart notes cart-link consent-accept consent-reject consent-reopen"),
        ("/cart", "checkout cart-line"),
        ("/checkout", "place-order"),
        ("/thanks", "order-id"),
        ("/help/grind", "article-done"),
        ("/hostile", "consent-accept hostile-buy hostile-clicks"),
    ] {
        let found = values(&get(&shop, path).await.text().await.unwrap(), "data-test");
        for name in wanted.split(' ') {
            assert_eq!(found.iter().filter(|found| *found == name).count(), 1, "{path}: {name}");
        }
    }
    let fields = values(&get(&shop, "/checkout").await.text().await.unwrap(), "name");
    for field in ["name", "email", "address", "postal_code", "city", "country", "payment"] {
        assert!(fields.iter().any(|found| found == field), "{field}");
    }
}

#[tokio::test]
async fn what_the_config_holds_is_escaped() {
    let shop = serve(Config { site: "\"><script>".into(), ..config(None) }).await.unwrap();
    let html = get(&shop, "/").await.text().await.unwrap();
    assert!(html.contains("/s/&quot;&gt;&lt;script&gt;.js"), "the site's id is text, not markup");
}

#[tokio::test]
async fn a_taken_port_and_a_broken_policy_are_errors() {
    let shop = open(None).await;
    let taken = serve(Config { addr: shop.addr(), ..config(None) }).await.unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    let broken = serve(config(Some("default-src 'self'\r\nset-cookie: a=b"))).await.unwrap_err();
    assert_eq!(broken.kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn stop_frees_the_port_with_a_browser_still_connected() {
    let shop = open(None).await;
    let addr = shop.addr();
    // Browsers open sockets ahead of need and keep used ones; neither may hold the shop up.
    let client = Client::builder().no_proxy().build().unwrap();
    client.get(shop.origin()).send().await.unwrap().bytes().await.unwrap();
    let _idle = tokio::net::TcpStream::connect(addr).await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(5), shop.stop()).await.unwrap();
    serve(Config { addr, ..config(None) }).await.unwrap().stop().await;
}

#[test]
fn the_site_names_the_shop_as_its_origin() {
    let site: serde_json::Value = serde_json::from_str(&site_definition("http://127.0.0.1:8788")).unwrap();
    assert_eq!(site["origins"], serde_json::json!(["http://127.0.0.1:8788"]));
    assert_eq!(site["consent_policy"], "opt_in");
}

#[test]
fn every_survey_says_everything_in_every_locale() {
    for (id, text) in surveys() {
        let survey: serde_json::Value = serde_json::from_str(text).unwrap();
        let segments = match survey["metric"].as_str().unwrap() {
            "nps" => ["promoter", "passive", "detractor"],
            "csat" => ["satisfied", "neutral", "dissatisfied"],
            "ces" => ["easy", "neutral", "hard"],
            other => panic!("{id}: no such metric: {other}"),
        };
        for locale in ["en", "es", "pt-BR"] {
            let wording = &survey["wording"][locale];
            for key in ["question", "low", "high", "thanks"] {
                assert!(wording[key].as_str().is_some_and(|text| !text.is_empty()), "{id}: {locale}/{key}");
            }
            for segment in segments {
                let follow_up = &wording["follow_up"][segment];
                assert!(follow_up.as_str().is_some_and(|text| !text.is_empty()), "{id}: {locale}/{segment}");
            }
            assert_eq!(wording["follow_up"].as_object().unwrap().len(), 3, "{id}: {locale}");
        }
    }
}
