//! A page of old libraries and careless styles neither breaks the card nor is broken by it.

use e2e::answer::answer_about;
use e2e::api::{Row, Survey};
use e2e::browser::Browser;
use e2e::collector::Own;
use e2e::shop::Shop;
use e2e::wait::until;
use e2e::{Engine, collector, in_both, run};
use serde_json::{Value, json};

/// Notes which of the page's patches the collector's scripts call; `WebDriver`'s own scripts call them too.
const GUESTS: &str = "
    window.__guests = [];
    for (const [owner, name] of [[Element.prototype, 'remove'], [String.prototype, 'trim'], [JSON, 'stringify'], [history, 'pushState']]) {
        const patched = owner[name];
        owner[name] = function () {
            if (new Error().stack.indexOf('COLLECTOR') >= 0) window.__guests.push(name);
            return patched.apply(this, arguments);
        };
    }
";

/// Notes every property of what pages share, to tell later which are new or another.
const WATCH: &str = "
    const shared = { window, document, history, navigator, JSON, Math, Reflect, Symbol, customElements, localStorage: Storage };
    for (const name of ['Object', 'Array', 'Function', 'String', 'Number', 'RegExp', 'Date', 'Map', 'Set', 'Error', 'Promise',
        'Node', 'Element', 'HTMLElement', 'Document', 'ShadowRoot', 'EventTarget', 'Event', 'KeyboardEvent', 'Window', 'History',
        'Storage', 'XMLHttpRequest', 'Request', 'Response', 'CSSStyleSheet', 'NodeList'])
        Object.assign(shared, { [name]: window[name], [name + '.prototype']: window[name].prototype });
    // This function, the event at hand, and what chromedriver leaves behind.
    const ours = ['__changes', 'event', 'ret_nodes', 'se_exportedFunctionSymbol'];
    const look = () => {
        const seen = new Map();
        for (const name of Object.keys(shared))
            for (const key of Reflect.ownKeys(shared[name])) {
                if (name === 'window' && ours.includes(key)) continue;
                const { value, get, set } = Object.getOwnPropertyDescriptor(shared[name], key);
                seen.set(name + ' ' + String(key), [value, get, set]);
            }
        return seen;
    };
    const before = look();
    window.__changes = () => {
        const changed = [];
        const after = look();
        for (const [key, parts] of after) {
            const old = before.get(key);
            if (!old || parts.some((part, at) => !Object.is(part, old[at]))) changed.push(key);
        }
        for (const key of before.keys()) if (!after.has(key)) changed.push('no ' + key);
        return changed.join();
    };
";

/// What the card looks like from outside.
const LOOK: &str = "
    const box = (element) => { const { x, y, width, height, right, bottom } = element.getBoundingClientRect();
        return { x, y, width, height, right, bottom }; };
    const style = (element) => { const s = getComputedStyle(element);
        return { size: s.fontSize, family: s.fontFamily, colour: s.color, spacing: s.letterSpacing, transform: s.textTransform,
            direction: s.direction, display: s.display }; };
    const cells = Object.fromEntries(['0', '5', '10'].map((n) => [n, style(find('.scale button[value=\"' + n + '\"]'))]));
    const boxes = {}; root.querySelectorAll('.scale button').forEach((cell) => { boxes[cell.value] = box(cell); });
    return { card: box(find('section')), boxes, styles: { section: style(find('section')), title: style(find('h2')), ...cells },
        paper: getComputedStyle(find('section')).backgroundColor, width: innerWidth, height: innerHeight };
";

pub async fn stored_row(survey: &Survey) -> Row {
    until("the whole answer is stored", async || {
        survey.rows().await.into_iter().find(|row| row["complete"] == "true")
    })
    .await
}

in_both!(the_card_looks_and_works_as_everywhere);
fn the_card_looks_and_works_as_everywhere(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("hostile-look-{engine}")).await;
        let browser = Browser::start_in(engine).await;
        browser.goto(&shop.url("/hostile")).await;
        browser.click("#hostile-consent").await;
        browser.click("#hostile-buy").await;
        let card = browser.card();
        card.question().await;
        // It slides in.
        let look = until("the card stands still", async || {
            let [one, two] = [card.eval(LOOK).await, card.eval(LOOK).await];
            (one == two).then_some(one)
        })
        .await;
        assert_laid_out(&look);
        assert_own_style(&look);

        let comment = "\"Fast\" [and] {kind}\\\n<b>é</b> 👍";
        card.choose(9).await;
        card.part("textarea").await.send_keys(comment).await.unwrap();
        card.click(".send").await;
        let row = stored_row(&shop.purchases()).await;
        assert_eq!((row["score"].as_str(), row["comment"].as_str()), ("9", comment));
        assert_eq!((row["order_id"].as_str(), row["order_value"].as_str()), ("H-1", "10.00"));
        assert_eq!((row["consent_status"].as_str(), row["revision"].as_str()), ("granted", "2"));
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn assert_laid_out(look: &Value) {
    let card = &look["card"];
    assert!(number(&card["x"]) >= 0.0 && number(&card["y"]) >= 0.0, "{card}");
    assert!(number(&card["right"]) <= number(&look["width"]), "{card}");
    assert!(number(&card["bottom"]) <= number(&look["height"]), "{card}");
    assert!(number(&card["width"]) >= 300.0 && number(&card["height"]) >= 120.0, "{card}");
    let mut right = number(&card["x"]);
    for score in 0..=10 {
        let cell = &look["boxes"][score.to_string()];
        assert!(number(&cell["width"]) >= 24.0 && number(&cell["height"]) >= 44.0, "{score}: {cell}");
        assert!(number(&cell["x"]) >= right, "{score} is right of the one before: {look}");
        right = number(&cell["right"]);
        assert!(
            number(&cell["y"]) >= number(&card["y"]) && number(&cell["bottom"]) <= number(&card["bottom"])
        );
    }
    assert!(right <= number(&card["right"]), "{look}");
}

fn assert_own_style(look: &Value) {
    // By name: what a page gives to every object is in WebDriver's copies, too.
    for part in ["section", "title", "0", "5", "10"] {
        let style = &look["styles"][part];
        assert_ne!(style["colour"], "rgb(74, 58, 46)", "{part}");
        assert!(!style["family"].as_str().unwrap().contains("Courier"), "{part}: {style}");
        assert_eq!((&style["spacing"], &style["transform"]), (&json!("normal"), &json!("none")), "{part}");
        assert_eq!(style["direction"], "ltr", "{part}");
        assert_ne!(style["display"], "none", "{part}");
        let size: f64 = style["size"].as_str().unwrap().trim_end_matches("px").parse().unwrap();
        assert!((14.0..=20.0).contains(&size), "{part}: {size} px");
    }
    assert_ne!(look["paper"], "rgba(0, 0, 0, 0)", "the page does not shine through");
}

in_both!(the_page_is_as_it_was);
fn the_page_is_as_it_was(engine: Engine) {
    run(async {
        let mut collector = Own::start().await;
        let shop = Shop::open(&collector.api, "hostile-intact").await;
        let browser = Browser::start_in(engine).await;
        // First the page alone, then the tag as the page has it.
        collector.stop().await;
        browser.goto(&shop.url("/hostile")).await;
        collector.start_again().await;
        browser.eval(&GUESTS.replace("COLLECTOR", &shop.site.api.base)).await;
        browser.eval(WATCH).await;
        let tag = format!("{}/s/hostile-intact.js", shop.site.api.base);
        add_tag(&browser, &tag).await;
        browser.loader().await;
        assert_eq!(browser.eval("return window.__changes()").await, "window sondeo");

        browser.click("#hostile-consent").await;
        browser.click("#hostile-buy").await;
        browser.card().question().await;
        browser.card().answer(10, "fine").await;
        stored_row(&shop.purchases()).await;
        assert_eq!(browser.eval("return window.__changes()").await, "window sondeo");
        assert_eq!(browser.eval("return window.__guests.join()").await, "");
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}

/// Adds a script tag and waits until it ran.
async fn add_tag(browser: &Browser, src: &str) {
    let script = "
        window.__tag = 'loading';
        const tag = document.createElement('script');
        tag.src = SRC;
        tag.onload = () => { window.__tag = 'loaded'; };
        tag.onerror = () => { window.__tag = 'failed'; };
        document.head.append(tag);
    ";
    browser.eval(&script.replace("SRC", &format!("{src:?}"))).await;
    until("the tag is loaded", async || {
        (browser.eval("return window.__tag").await == "loaded").then_some(())
    })
    .await;
    browser.eval("delete window.__tag").await;
}

in_both!(a_second_copy_of_the_tag_does_nothing);
fn a_second_copy_of_the_tag_does_nothing(engine: Engine) {
    run(async {
        let shop = Shop::open(collector::shared().await, &format!("hostile-twice-{engine}")).await;
        let browser = Browser::start_in(engine).await;
        browser.goto(&shop.url("/hostile")).await;
        browser.loader().await;
        let first = "return window.sondeo === (window.__first ||= window.sondeo)";
        browser.eval(first).await;
        add_tag(&browser, &format!("{}/s/hostile-twice-{engine}.js?again", shop.site.api.base)).await;
        assert_eq!(browser.eval(first).await, true, "the first stays");
        browser.click("#hostile-consent").await;
        browser.click("#hostile-buy").await;
        let card = browser.card();
        card.question().await;
        assert_eq!(card.count().await, 1);
        browser.click("#hostile-buy").await;
        card.answer(9, "once").await;
        stored_row(&shop.purchases()).await;
        assert_eq!(card.count().await, 1);
        let posts = browser.requests().await.into_iter().filter(|url| url.ends_with("/responses")).count();
        assert_eq!((posts, shop.purchases().count().await), (2, 1), "one score, one comment, one answer");
        assert_eq!(shop.purchases().submit(&answer_about("H-1", 1)).await.0, 409);
        assert_eq!(browser.eval("return window.__errors.join()").await, "");
    });
}
