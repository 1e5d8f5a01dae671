use super::*;
use crate::limits;
use std::collections::BTreeSet;

/// The texts that are shown, each with where it stands. Taken apart by name, so that none is forgotten here.
fn shown(texts: &Texts) -> Vec<(String, &'static str)> {
    let Texts {
        locale: _,
        close,
        send,
        skip,
        thanks,
        back,
        next,
        reason,
        reasons,
        all_that_apply,
        feedback,
        step,
        already,
        closed,
        failed,
        needs_script,
        choose,
        agree,
        no_consent,
        new_tab,
        up,
        down,
        saved,
        send_answer,
        nps,
        csat,
        ces,
    } = *texts;
    let mut all: Vec<(String, &'static str)> = [
        ("close", close),
        ("send", send),
        ("skip", skip),
        ("thanks", thanks),
        ("back", back),
        ("next", next),
        ("reason", reason),
        ("reasons", reasons),
        ("all_that_apply", all_that_apply),
        ("feedback", feedback),
        ("step", step),
        ("already", already),
        ("closed", closed),
        ("failed", failed),
        ("needs_script", needs_script),
        ("choose", choose),
        ("agree", agree),
        ("no_consent", no_consent),
        ("new_tab", new_tab),
        ("up", up),
        ("down", down),
        ("saved", saved),
        ("send_answer", send_answer),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into();
    for (metric, Question { question, low, high, follow_up: [happy, middle, unhappy] }) in
        [("nps", nps), ("csat", csat), ("ces", ces)]
    {
        for (name, text) in [
            ("question", question),
            ("low", low),
            ("high", high),
            ("happy", happy),
            ("middle", middle),
            ("unhappy", unhappy),
        ] {
            all.push((format!("{metric}.{name}"), text));
        }
    }
    all
}

#[test]
fn tags_lead_to_the_best_language_there_is() {
    for (tags, expected) in [
        ("en en-GB EN-us", Some("en")),
        ("es es-419 es-MX es-ES", Some("es")),
        ("pt pt-BR PT-br pt-Latn-BR pt-US", Some("pt-BR")),
        ("pt-PT pt-AO pt-mz pt-Latn-CV pt-PT-x-ao", Some("pt-PT")),
        ("zh zh-CN zh-SG zh-Hans-HK zh-TW zh-HK zh-Hant zh-Hant-TW", Some("zh-Hans")),
        ("no nb nn no-NO nb-NO NN-no", Some("nb")),
        ("he iw iw-IL", Some("he")),
        ("ro mo ro-MD", Some("ro")),
        ("fr-CA fr-Latn-BE-x-shop", Some("fr")),
        ("de-1996", Some("de")),
        ("ar-EG", Some("ar")),
        ("ja-JP", Some("ja")),
        ("sr hr uk ca fa ko nob noa p ptx - pt_PT", None),
        ("", None),
    ] {
        for tag in tags.split(' ') {
            assert_eq!(find(tag).map(|texts| texts.locale), expected, "{tag}");
            assert_eq!(for_locale(tag).locale, expected.unwrap_or("en"), "{tag}");
        }
    }
}

#[test]
fn all_are_there_under_canonical_tags() {
    let expected = [
        "ar", "bg", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hu", "it", "ja", "nb", "nl", "pl",
        "pt-BR", "pt-PT", "ro", "sk", "sv", "tr", "zh-Hans",
    ];
    assert_eq!(locales().collect::<BTreeSet<_>>(), BTreeSet::from(expected));
    for tag in locales() {
        assert_eq!(for_locale(tag).locale, tag, "each finds itself");
        assert_eq!(locale::Locale::parse(tag).unwrap().as_str(), tag);
    }
}

#[test]
fn every_text_is_there_once_and_in_its_own_language() {
    // The languages that took the English word for their own.
    let alike = [
        ("da", "send"),
        ("nb", "send"),
        ("de", "feedback"),
        ("nl", "feedback"),
        ("da", "feedback"),
        ("ro", "feedback"),
    ];
    for texts in TABLE {
        let tag = texts.locale;
        for ((name, text), (_, english)) in shown(texts).into_iter().zip(shown(&en::TEXTS)) {
            assert!(!text.is_empty() && text.trim() == text, "{tag} {name}: {text:?}");
            assert!(text.chars().count() <= limits::WORDING, "{tag} {name}: {text:?}");
            assert!(!text.contains("  ") && !text.contains(char::is_control), "{tag} {name}: {text:?}");
            let copied = tag != "en" && text == english;
            assert_eq!(copied, alike.contains(&(tag, &name)), "{tag} {name}: {text:?}");
        }
        for (one, other) in [
            (texts.back, texts.next),
            (texts.up, texts.down),
            (texts.reason, texts.reasons),
            (texts.send, texts.send_answer),
        ] {
            assert_ne!(one, other, "{tag}");
        }
        for Question { low, high, follow_up, .. } in [texts.nps, texts.csat, texts.ces] {
            assert_ne!(low, high, "{tag}");
            assert_eq!(BTreeSet::from(follow_up).len(), 3, "{tag}: {follow_up:?}");
        }
    }
    for one in [|texts: &Texts| texts.nps.question, |texts: &Texts| texts.csat.question] {
        assert_eq!(
            TABLE.map(one).into_iter().collect::<BTreeSet<_>>().len(),
            TABLE.len(),
            "one is another's"
        );
    }
}

#[test]
fn the_tab_is_short_and_the_progress_counts() {
    for texts in TABLE {
        let tag = texts.locale;
        assert!(texts.feedback.chars().count() <= 14, "{tag}: {:?}", texts.feedback);
        let placeholders = ["{at}", "{of}"];
        let numbers = placeholders.map(|name| texts.step.matches(name).count());
        assert_eq!(numbers, [1, 1], "{tag}: {:?}", texts.step);
        for (name, text) in shown(texts) {
            let rest = placeholders.iter().fold(text.to_owned(), |text, name| text.replace(name, ""));
            assert!(!rest.contains(['{', '}']), "{tag} {name}: {text:?}");
            assert!(name == "step" || rest == text, "{tag} {name}: {text:?}");
        }
    }
}

/// The texts that are whole sentences.
const STATEMENTS: [&str; 11] = [
    "thanks",
    "all_that_apply",
    "already",
    "closed",
    "failed",
    "needs_script",
    "choose",
    "agree",
    "no_consent",
    "saved",
    "ces.question",
];

#[test]
fn punctuation_is_that_of_the_language() {
    for texts in TABLE {
        let tag = texts.locale;
        let (opening, closing) = match tag {
            "es" => ("¿", "?"),
            "fr" => ("", "\u{202f}?"),
            "el" => ("", ";"),
            "ar" => ("", "؟"),
            "ja" | "zh-Hans" => ("", "？"),
            _ => ("", "?"),
        };
        let (stop, comma) = match tag {
            "ja" | "zh-Hans" => ("。", "、，"),
            "ar" => (".", "،"),
            _ => (".", ","),
        };
        for (name, text) in shown(texts) {
            let metric = name.split_once('.');
            let is_statement = STATEMENTS.contains(&name.as_str());
            let is_question = matches!(name.as_str(), "reason" | "reasons")
                || !is_statement && metric.is_some_and(|(_, at)| at != "low" && at != "high");
            let words = if is_question {
                text.strip_prefix(opening).and_then(|text| text.strip_suffix(closing))
            } else if is_statement {
                text.strip_suffix(stop)
            } else {
                Some(text)
            };
            let words = words.unwrap_or_else(|| panic!("{tag} {name}: {text:?}"));
            // Marks inside: the commas and stops of the language, hyphens and typographic apostrophes; between the
            // numbers of a progress display also what stands between numbers.
            let fits = |mark: char| {
                mark.is_alphanumeric()
                    || mark == ' '
                    || comma.contains(mark)
                    || (is_statement && stop.contains(mark))
                    || (name == "step" && "{}/.".contains(mark))
                    || matches!(mark, '-' | '’' | '־')
                    || (tag == "ar" && ('\u{64b}'..='\u{652}').contains(&mark))
            };
            assert!(
                words.chars().all(fits) && words.chars().last().is_some_and(|c| c != ' '),
                "{tag}: {text:?}"
            );
        }
    }
}

#[test]
fn letters_and_direction_are_those_of_the_script() {
    for texts in TABLE {
        let tag = texts.locale;
        let of_script = |letter: char| match tag {
            "ar" => ('\u{620}'..='\u{652}').contains(&letter),
            "he" => ('א'..='ת').contains(&letter),
            "bg" => ('А'..='я').contains(&letter),
            "el" => ('\u{386}'..='\u{3ce}').contains(&letter),
            "ja" => {
                ('\u{3041}'..='\u{30ff}').contains(&letter) || ('\u{4e00}'..='\u{9fff}').contains(&letter)
            }
            "zh-Hans" => ('\u{4e00}'..='\u{9fff}').contains(&letter),
            // Romanian takes a comma below; the cedilla is what old fonts had.
            "ro" => letter <= '\u{21b}' && !"şţŞŢ".contains(letter),
            _ => letter <= '\u{17f}',
        };
        for (name, text) in shown(texts) {
            let text = text.replace("{at}", "").replace("{of}", "").replace("JavaScript", "");
            assert!(text.chars().filter(|c| c.is_alphabetic()).all(of_script), "{tag} {name}: {text:?}");
        }
        assert_eq!(locale::is_right_to_left(tag), matches!(tag, "ar" | "he"), "{tag}");
    }
}
