use super::*;
use crate::card::{Field, Steps};
use crate::consent::{self, Decision, Signals, Status};

fn site() -> Site {
    Site::parse(
        br##"{"name": "S", "origins": [], "consent_policy": "first_party", "honour_dnt": true, "spacing_hours": 5,
        "theme": {"accent": "#ffd400", "logo": "https://a.example/logo.svg"}}"##,
    )
    .unwrap()
}

fn definition(text: &str) -> Definition {
    Definition::parse(text.as_bytes()).unwrap()
}

/// A card as a browser gets it: its fields, style rules, frame and first view.
fn sent(site: &Site, definition: &Definition) -> [String; 4] {
    let sent = Card::sent(site, 1, definition, "en");
    sent.split('\x1d').map(str::to_owned).take(4).collect::<Vec<_>>().try_into().unwrap()
}

/// The questions after a score and choices, in order.
fn asked(card: &Card, score: u8, chosen: u32) -> Vec<&str> {
    let Steps { steps, .. } = card.steps();
    let asked = steps.iter().filter(|step| step.is_asked(score, chosen));
    asked.map(|step| card.at(step.question)).collect()
}

#[test]
fn what_is_written_is_read() {
    let definition = definition(
        r#"{"title": "T", "metric": "ces", "scale": {"min": 1, "max": 5}, "layout": "dialog", "triggers": [],
            "frequency": {"window": {"days": 30}, "after_dismissal_days": 7, "most_shown": 9},
            "wording": {"fa": {"question": "س", "low": "أ", "follow_up": {"hard": "لماذا؟"}, "thanks": {"easy": "شكرا"}}}}"#,
    );
    let card = Card::write(&site(), 12, &definition, "fa");
    assert_eq!(card.number(Field::Version), 12);
    assert_eq!((card.metric(), card.scale()), (definition.metric, definition.scale));
    assert_eq!((card.look(), card.layout()), (definition.look, definition.layout));
    assert_eq!(card.frequency(), definition.frequency);
    assert_eq!(card.number(Field::SpacingHours), 5);
    assert!(card.field(Field::Style).contains("--accent:var(--sondeo-accent,#ffd400);"));
    assert_eq!(card.field(Field::Direction), "rtl");
    assert_eq!(card.field(Field::LowLabel), "1, أ");
    assert_eq!(card.field(card.thanks(5)), "شكرا");
    assert_eq!(
        card.field(card.thanks(1)),
        texts::for_locale("fa").thanks,
        "in English where a language is missing"
    );
    assert_eq!((1..=5).map(|score| asked(&card, score, 0).len()).collect::<Vec<_>>(), [1, 1, 0, 0, 0]);
    assert_eq!(card.field(Field::Tab), "Feedback");
    assert_eq!(card.decide(Status::Unknown, Signals { gpc: false, dnt: true }), Decision::StoreAnonymous);
    assert_eq!(card.decide(Status::Unknown, Signals::default()), Decision::Store);
    for window in [Window::Order, Window::Ever, Window::Days(365)] {
        let definition = Definition { frequency: Frequency::of(window), ..definition.clone() };
        assert_eq!(Card::write(&site(), 1, &definition, "en").frequency(), definition.frequency);
    }
}

#[test]
fn own_words_win_and_the_rest_is_built_in() {
    let definition = definition(
        r#"{"title": "T", "metric": "nps", "triggers": [],
            "wording": {"es": {"question": "¿Nos recomendarías?", "follow_up": {}}, "en": {}}}"#,
    );
    let (es, en) = (Card::write(&site(), 1, &definition, "es"), Card::write(&site(), 1, &definition, "en"));
    assert_eq!(es.field(Field::Question), "¿Nos recomendarías?");
    assert_eq!(es.field(Field::Low), "Nada probable");
    assert!(asked(&es, 0, 0).is_empty(), "an empty table means no follow-up");
    assert_eq!(asked(&en, 0, 0), ["What disappointed you?"]);
    assert_eq!(asked(&en, 8, 0), ["What would have made it better?"]);
}

#[test]
fn steps_are_asked_by_score_and_by_what_was_chosen() {
    let definition = definition(
        r#"{"title": "T", "metric": "nps", "triggers": [], "link": "https://reviews.example/shop",
            "steps": [
                {"id": "reason", "ask": "many", "choices": ["price", "delivery", "taste"],
                 "when": {"segments": ["detractor", "passive"]}},
                {"id": "late", "ask": "one", "choices": ["days", "weeks"], "when": {"chosen": ["delivery", "delivery"]}},
                {"id": "why", "ask": "comment"}],
            "wording": {"en": {"steps": {"late": {"question": "How late?", "choices": {"days": "Some days"}},
                                         "reason": {"choices": {"taste": "The taste"}}}},
                        "fr": {"link": "Donner un avis", "steps": {"reason": {"choices": {"price": "Le prix"}}}}}}"#,
    );
    let (en, fr) = (Card::write(&site(), 1, &definition, "en"), Card::write(&site(), 1, &definition, "fr"));
    let delivery = 0b10;
    assert_eq!(asked(&en, 3, 0), ["What are the reasons?", "What disappointed you?"]);
    assert_eq!(asked(&en, 7, delivery).len(), 3);
    assert_eq!(asked(&en, 7, delivery)[1], "How late?");
    assert_eq!(asked(&en, 9, 0), ["What do you like most?"]);
    let Steps { steps, places, .. } = fr.steps();
    let labels = |step: usize| {
        let step = steps[step];
        (0..usize::from(step.count)).map(|at| fr.at(step.choices + 2 * at + 1)).collect::<Vec<_>>()
    };
    assert_eq!(
        labels(0),
        ["Le prix", "delivery", "The taste"],
        "own, else the code, else the default language"
    );
    assert_eq!((steps[0].mask(), steps[1].mask(), steps[2].mask()), (0b111, 0b11000, 0));
    assert_eq!(en.at(places + 4), "Step 2 of 3");
    assert_eq!(fr.field(Field::LinkText), "Donner un avis");
    assert_eq!(en.field(Field::LinkText), "reviews.example");
}

#[test]
fn a_visitor_is_asked_in_the_best_language_there_is() {
    let own = definition(
        r#"{"title": "T", "metric": "nps", "default_locale": "es", "triggers": [],
            "wording": {"es": {"question": "¿Nos recomendarías?"}, "en": {}}}"#,
    );
    let plain = definition(r#"{"title": "T", "metric": "nps", "triggers": []}"#);
    for (definition, languages, expected) in [
        (&own, "en-GB,es", "en"),
        (&own, "pt-BR, fr", "es"),
        (&own, "", "es"),
        (&plain, "xx,es-MX", "es"),
        (&plain, "pt-BR", "pt-BR"),
        (&plain, "no", "nb"),
        (&plain, "tlh", "en"),
    ] {
        let card = Card::for_languages(&site(), 1, definition, languages);
        assert_eq!(card.field(Field::Locale), expected, "{languages}");
    }
}

#[test]
fn a_short_text_is_read_without_a_fault() {
    let card = Card("en\u{1f}1\u{1f}nps".into());
    assert_eq!(card.field(Field::Skip), "");
    assert_eq!(card.scale(), Scale { min: 0, max: 0 });
    assert!(card.steps().steps.is_empty());
    assert_eq!(
        card.decide(Status::Unknown, Signals::default()),
        Decision::Refuse(consent::Refusal::NotGranted)
    );
}

#[test]
fn the_last_choice_of_all_counts_too() {
    let choices =
        |from: usize, to: usize| (from..to).map(|n| format!("\"c{n}\"")).collect::<Vec<_>>().join(",");
    let text = format!(
        r#"{{"title": "T", "metric": "csat", "triggers": [], "steps": [
            {{"id": "a", "ask": "one", "choices": [{}]}}, {{"id": "b", "ask": "one", "choices": [{}]}},
            {{"id": "d", "ask": "comment", "when": {{"chosen": ["c19"]}}}}]}}"#,
        choices(0, 12),
        choices(12, 20),
    );
    let card = Card::write(&site(), 1, &definition(&text), "en");
    let Steps { steps, .. } = card.steps();
    assert_eq!(steps[1].mask(), 0xff000);
    assert_eq!(asked(&card, 1, 1 << 19).len(), 3);
    assert_eq!(asked(&card, 1, 1 << 18).len(), 2);
}

#[test]
fn a_card_brings_the_drawings_and_rules_that_it_needs_and_no_others() {
    for (more, drawings, rule) in [
        (r#""look": "smileys", "scale": {"min": 1, "max": 3}"#, 3, ".icons"),
        (r#""scale": {"min": 0, "max": 1}"#, 2, ".thumbs"),
        (r#""look": "stars", "layout": "dialog""#, 5, "dialog::backdrop"),
        (r#""layout": "inline""#, 0, ".inline"),
        (r#""link": "https://a.example/""#, 0, ".link"),
        (r#""steps": []"#, 0, ".choices"),
    ] {
        let text = format!(r#"{{"title": "T", "metric": "csat", "triggers": [], {more}}}"#);
        let [card, rules, ..] = sent(&site(), &definition(&text));
        let card = Card(card);
        let Steps { icons, places, .. } = card.steps();
        assert_eq!(places - icons, drawings, "{more}");
        assert!((icons..places).all(|at| card.at(at).starts_with('M')), "{more}");
        assert!(rules.contains(rule), "{more}");
    }
    let plain = Site::parse(br#"{"name": "S", "origins": [], "consent_policy": "anonymous"}"#).unwrap();
    let [_, rules, ..] = sent(&plain, &definition(r#"{"title": "T", "metric": "nps", "triggers": []}"#));
    assert_eq!(rules, "");
}

#[test]
fn only_a_card_that_has_to_asks_for_consent() {
    let definition = definition(r#"{"title": "T", "metric": "nps", "triggers": []}"#);
    for (policy, asks, has_box) in [
        ("opt_in", true, true),
        ("opt_in", false, false),
        ("first_party", true, false),
        ("anonymous", true, false),
    ] {
        let text =
            format!(r#"{{"name": "S", "origins": [], "consent_policy": "{policy}", "ask_consent": {asks}}}"#);
        let site = Site::parse(text.as_bytes()).unwrap();
        let card = Card::write(&site, 1, &definition, "fr");
        let texts = texts::for_locale("fr");
        assert_eq!(card.field(Field::Agree), if has_box { texts.agree } else { "" }, "{policy}");
        assert_eq!(card.field(Field::NoConsent), if has_box { texts.no_consent } else { "" });
        assert_eq!(sent(&site, &definition)[1].contains(".agree"), has_box);
        let sent = Card::sent(&site, 1, &definition, "fr");
        assert_eq!(
            sent.contains(&format!("0\u{1f}{}\u{1f}button", texts.agree)),
            has_box,
            "as it is seen first"
        );
        for (status, is_asked) in
            [(Status::Unknown, has_box), (Status::Granted, false), (Status::Denied, false)]
        {
            assert_eq!(
                card.has_box(card.decide(status, Signals::default())),
                is_asked,
                "{policy} {status:?}"
            );
        }
    }
}

/// Elements, with marks that can be read in place of separators.
fn shown(view: &str) -> Vec<String> {
    view.split('\x1e').map(|element| element.replace('\x1f', "|")).collect()
}

#[test]
fn the_first_question_comes_with_its_card() {
    let definition = definition(
        r#"{"title": "T", "metric": "csat", "scale": {"min": 0, "max": 1}, "layout": "dialog", "triggers": [],
            "wording": {"en": {"question": "Happy?", "low": "No", "high": "Yes"}}}"#,
    );
    let [fields, _, frame, first] = sent(&site(), &definition);
    let (card, up) = (Card(fields), format!("4||path|d|{}", icons::of(Look::Thumbs, definition.scale)[1]));
    let style = card.field(Field::Style);
    assert_eq!(
        shown(&frame),
        [
            "0||dialog|aria-labelledby|q",
            &format!("1||section|aria-labelledby|q|tabindex|-1|class|dialog|style|{style}"),
            "2||img|class|logo|alt||src|https://a.example/logo.svg",
        ]
    );
    let first = shown(&first);
    assert_eq!(
        first[..4],
        [
            "0||p|role|status",
            "0||div|class|step",
            "1|Happy?|h2|id|q",
            "1||div|role|radiogroup|aria-labelledby|q|class|scale icons thumbs",
        ]
    );
    assert_eq!(
        first[7..],
        [
            "2||button|type|button|role|radio|aria-label|Thumbs up: Yes|value|1|aria-checked|false|tabindex|-1",
            "3||svg|viewBox|0 0 32 32|aria-hidden|true",
            &up,
            "1||div|class|ends|aria-hidden|true",
            "2|No|span",
            "2|Yes|span",
            "0||button|type|button|class|close|value|x|aria-label|Close",
        ]
    );
}

/// As within a step only what an element says and is may change, the browser never has to make one anew there.
#[test]
fn within_a_step_elements_keep_their_names_and_places() {
    use crate::card::state::{Consent, Message, State, update};
    let definition = definition(
        r#"{"title": "T", "metric": "nps", "triggers": [], "steps": [
            {"id": "why", "ask": "many", "choices": ["a", "b"]},
            {"id": "late", "ask": "one", "choices": ["c", "d"], "when": {"chosen": ["b"]}},
            {"id": "more", "ask": "comment"}]}"#,
    );
    let card = Card::write(&site(), 1, &definition, "en");
    let steps = card.steps();
    let mut state = State::new(card.scale(), Consent::Open);
    let names = |state| -> Vec<String> {
        let view = view::view(state, &card, &steps, "written");
        view.split('\x1e').map(|line| line.split('\x1f').step_by(2).take(2).collect()).collect()
    };
    let mut seen = (state.step, names(state));
    let mut kept = 0;
    for message in [
        Message::Moved(3),
        Message::Agreed,
        Message::Agreed,
        Message::Chose(3),
        Message::Picked(1),
        Message::Picked(0),
        Message::Picked(1),
        Message::Finished,
        Message::Moved(1),
    ] {
        update(&mut state, &steps.steps, message);
        let now = (state.step, names(state));
        if now.0 == seen.0 {
            assert_eq!(now.1, seen.1, "{message:?}");
            kept += 1;
        }
        seen = now;
    }
    assert_eq!(kept, 7);
}
