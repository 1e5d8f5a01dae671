//! Czech, with vy; nouns at the ends of the scale, as adjectives there need a gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "cs",
    close: "Zavřít",
    send: "Odeslat",
    skip: "Ne, děkuji",
    thanks: "Děkujeme. Vaše odpověď nám pomáhá.",
    back: "Zpět",
    next: "Další",
    reason: "Jaký je hlavní důvod?",
    reasons: "Jaké jsou důvody?",
    all_that_apply: "Vyberte vše, co platí.",
    feedback: "Zpětná vazba",
    step: "Krok {at} z {of}",
    already: "Vaši odpověď už máme. Děkujeme.",
    closed: "Tento průzkum už skončil.",
    failed: "Nepodařilo se to. Zkuste to prosím znovu.",
    needs_script: "Tato stránka ověřuje, že jste člověk. Chcete-li odeslat odpověď, zapněte JavaScript.",
    choose: "Vyberte prosím odpověď.",
    agree: "Souhlasím s uložením své odpovědi.",
    no_consent: "Bez vašeho souhlasu se nic neuloží.",
    new_tab: "otevře se na nové kartě",
    up: "Palec nahoru",
    down: "Palec dolů",
    saved: "Vaše odpověď je uložena.",
    send_answer: "Odeslat odpověď",
    nps: Question {
        question: "Jak pravděpodobné je, že nás doporučíte přátelům nebo kolegům?",
        low: "Zcela nepravděpodobné",
        high: "Nanejvýš pravděpodobné",
        follow_up: ["Co se vám líbí nejvíc?", "Co mohlo být lepší?", "Co vás zklamalo?"],
    },
    csat: Question {
        question: "Jak jste s touto stránkou spokojeni?",
        low: "Velká nespokojenost",
        high: "Velká spokojenost",
        follow_up: ["Co se vám líbilo?", "Co by mohlo být lepší?", "Co se nepovedlo?"],
    },
    ces: Question {
        question: "Tento web mi usnadnil to, kvůli čemu tu jsem.",
        low: "Rozhodně nesouhlasím",
        high: "Rozhodně souhlasím",
        follow_up: ["Co to usnadnilo?", "Co by to usnadnilo ještě víc?", "Co to ztížilo?"],
    },
};
