//! What is asked after the score: reasons and comments, forward and back, and what is stored of it.

use e2e::api::Survey;
use e2e::browser::Browser;
use e2e::shop::Shop;
use e2e::{Engine, collector, in_both, keys, run};
use serde_json::{Value, json};

const DEFINITION: &str = r#"{"title": "Steps", "metric": "nps", "frequency": {"window": "ever"},
    "triggers": [{"on": "event", "name": "ask"}], "link": "https://reviews.example/kestrel",
    "steps": [
        {"id": "reason", "ask": "many", "choices": ["price", "delivery", "taste"], "when": {"scores": {"max": 8}}},
        {"id": "late", "ask": "one", "choices": ["days", "weeks"], "when": {"chosen": ["delivery"]}},
        {"id": "why", "ask": "comment", "when": {"scores": {"max": 8}}}],
    "wording": {"en": {"thanks": {"detractor": "We are sorry."}, "link": "Write a review", "steps": {
        "reason": {"question": "What let you down?", "choices": {"price": "The price", "delivery": "The delivery"}},
        "late": {"question": "How late was it?"}}}}}"#;

async fn asked(site: &str, engine: Engine) -> (Shop, Survey, Browser) {
    let shop = Shop::open(collector::shared().await, &format!("{site}-{engine}")).await;
    let survey = shop.site.publish("steps", DEFINITION).await;
    let browser = Browser::start_in(engine).await;
    shop.accept(&browser).await;
    browser.goto(&shop.url("/privacy")).await;
    browser.loader().await;
    let listen = "
        window.told = [];
        for (const event of ['shown', 'answered', 'commented', 'completed', 'dismissed'])
            sondeo('on', event, ({ survey, score, reasons, comment }) => told.push([event, survey, score, reasons, comment]));
        sondeo('event', 'ask');
    ";
    browser.eval(listen).await;
    browser.card().question().await;
    (shop, survey, browser)
}

/// Waits until the only row is so.
async fn stored(survey: &Survey, expected: [(&str, &str); 4]) {
    let expected = expected.map(|(column, cell)| (column.to_owned(), cell.to_owned()));
    e2e::wait::until(&format!("{expected:?}"), async || {
        let rows = survey.rows().await;
        let [row] = rows.as_slice() else { return None };
        expected.iter().all(|(column, cell)| row[column] == *cell).then_some(())
    })
    .await;
}

in_both!(reasons_and_a_comment_grow_one_row);
fn reasons_and_a_comment_grow_one_row(engine: Engine) {
    run(async {
        let (_shop, survey, browser) = asked("steps-grow", engine).await;
        let card = browser.card();
        card.choose(3).await;
        card.says("h2", "What let you down?").await;
        card.says(".note", "Step 1 of 2").await;
        stored(&survey, [("score", "3"), ("reasons", ""), ("complete", "false"), ("revision", "1")]).await;
        card.click(".choices [value=a]").await;
        card.click(".choices [value=b]").await;
        assert_eq!(card.eval("return find('.choices [value=c]').textContent").await, "taste", "its code");
        card.click(".send").await;
        card.says("h2", "How late was it?").await;
        // A tab that is closed now has lost nothing.
        stored(
            &survey,
            [("score", "3"), ("reasons", "price;delivery"), ("complete", "false"), ("revision", "2")],
        )
        .await;
        card.says(".note", "Step 2 of 3").await;
        card.click(".choices [value=b]").await;
        card.part("textarea").await.send_keys("Three weeks").await.unwrap();
        card.click(".back").await;
        assert_eq!(
            card.eval("return find('[aria-checked=true]').getAttribute('value')").await,
            "b",
            "it is still chosen"
        );
        card.click(".choices [value=a]").await;
        card.part("textarea").await;
        assert_eq!(card.eval("return find('textarea').value").await, "Three weeks", "it is still written");
        card.click(".send").await;
        card.says("p[role=status]", "We are sorry.").await;
        stored(
            &survey,
            [
                ("reasons", "price;delivery;days"),
                ("comment", "Three weeks"),
                ("complete", "true"),
                ("score", "3"),
            ],
        )
        .await;
        let link = "const link = find('a.link'); return [link.href, link.rel, link.target, link.textContent].join('|')";
        assert_eq!(
            card.eval(link).await,
            "https://reviews.example/kestrel|noopener noreferrer|_blank|Write a review (opens in a new tab)"
        );
        let told = browser.eval("return told").await;
        let events: Vec<&Value> = told.as_array().unwrap().iter().map(|event| &event[0]).collect();
        assert_eq!(events, ["shown", "answered", "commented", "completed"], "{told}");
        assert_eq!(told[3], json!(["completed", "steps", 3, ["price", "delivery", "days"], "Three weeks"]));
    });
}

/// A tick that brings a further step changes what the card says, and nothing of what is ticked.
#[test]
fn a_tick_that_asks_for_more_stays_a_tick() {
    run(async {
        let shop = Shop::open(collector::shared().await, "steps-tick").await;
        let definition = r#"{"title": "Tick", "metric": "csat", "triggers": [{"on": "event", "name": "ask"}], "steps": [
            {"id": "reason", "ask": "many", "choices": ["price", "taste"]},
            {"id": "why", "ask": "comment", "when": {"chosen": ["taste"]}}]}"#;
        let survey = shop.site.publish("tick", definition).await;
        let browser = Browser::start().await;
        shop.accept(&browser).await;
        browser.goto(&shop.url("/privacy")).await;
        browser.loader().await;
        browser.eval("sondeo('event', 'ask')").await;
        let card = browser.card();
        card.question().await;
        card.choose(2).await;
        let seen = "return [find('.note').textContent, find('.send').textContent, root.querySelectorAll('.close').length,
            ...Array.from(root.querySelectorAll('[aria-checked=true]'), (choice) => choice.textContent)].join('|')";
        assert_eq!(card.eval(seen).await, "|Send|1");
        card.click(".choices [value=b]").await;
        assert_eq!(card.eval(seen).await, "Step 1 of 2|Next|1|taste");
        card.click(".choices [value=b]").await;
        assert_eq!(card.eval(seen).await, "|Send|1");
        card.click(".choices [value=b]").await;
        card.click(".send").await;
        card.part("textarea").await;
        stored(&survey, [("score", "2"), ("reasons", "taste"), ("complete", "false"), ("revision", "2")])
            .await;
    });
}

#[test]
fn a_visitor_may_think_again() {
    run(async {
        let (_shop, survey, browser) = asked("steps-again", Engine::Chromium).await;
        let card = browser.card();
        card.choose(3).await;
        card.click(".choices [value=a]").await;
        card.click(".send").await;
        card.part("textarea").await.send_keys("Too dear").await.unwrap();
        for _ in 0..2 {
            card.click(".back").await;
        }
        assert_eq!(
            card.eval("return find('[aria-checked=true]').textContent").await,
            "3",
            "the score is still chosen"
        );
        card.choose(10).await;
        card.says("p[role=status]", "Thank you. Your answer helps.").await;
        stored(&survey, [("score", "10"), ("reasons", ""), ("comment", ""), ("complete", "true")]).await;
    });
}

#[test]
fn what_is_skipped_is_no_answer() {
    run(async {
        let (_shop, survey, browser) = asked("steps-skip", Engine::Chromium).await;
        let card = browser.card();
        card.choose(0).await;
        card.click(".choices [value=b]").await;
        card.click(".skip").await;
        card.part("textarea").await.send_keys("Never mind").await.unwrap();
        card.click(".skip").await;
        card.text("p[role=status]").await;
        stored(&survey, [("score", "0"), ("reasons", ""), ("comment", ""), ("complete", "true")]).await;
    });
}

// Arrows move in one choice, Tab reaches each of many, the space bar chooses, and nothing of it reaches the page.
in_both!(steps_are_answered_by_keyboard_alone);
fn steps_are_answered_by_keyboard_alone(engine: Engine) {
    run(async {
        let (_shop, survey, browser) = asked("steps-keys", engine).await;
        browser.eval("window.heard = 0; addEventListener('keydown', () => heard++)").await;
        let card = browser.card();
        card.eval("find('[tabindex=\"0\"]').focus()").await;
        browser.press(&['2', keys::ENTER]).await;
        card.part(".choices").await;
        browser.press(&[keys::TAB, ' ']).await;
        let focused = "return root.activeElement.textContent";
        assert_eq!(card.eval(focused).await, "The delivery");
        browser.press_with(keys::CONTROL, keys::ENTER).await;
        card.says("h2", "How late was it?").await;
        browser.press(&[keys::DOWN]).await;
        assert_eq!(card.eval(focused).await, "weeks");
        browser.press(&[keys::HOME, keys::END, ' ']).await;
        card.part("textarea").await;
        browser.write("By key").await;
        browser.press_with(keys::CONTROL, keys::ENTER).await;
        card.text("p[role=status]").await;
        stored(
            &survey,
            [("score", "2"), ("reasons", "delivery;weeks"), ("comment", "By key"), ("complete", "true")],
        )
        .await;
        assert_eq!(browser.eval("return heard").await, 0);
    });
}
