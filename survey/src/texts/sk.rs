//! Slovak, with vy; nouns at the ends of the scale, as adjectives there need a gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "sk",
    close: "Zavrieť",
    send: "Odoslať",
    skip: "Nie, ďakujem",
    thanks: "Ďakujeme. Vaša odpoveď nám pomáha.",
    back: "Späť",
    next: "Ďalej",
    reason: "Aký je hlavný dôvod?",
    reasons: "Aké sú dôvody?",
    all_that_apply: "Vyberte všetko, čo platí.",
    feedback: "Spätná väzba",
    step: "Krok {at} z {of}",
    already: "Vašu odpoveď už máme. Ďakujeme.",
    closed: "Tento prieskum sa už skončil.",
    failed: "Nepodarilo sa to. Skúste to prosím znova.",
    needs_script: "Táto stránka overuje, že ste človek. Ak chcete odoslať odpoveď, zapnite JavaScript.",
    choose: "Vyberte prosím odpoveď.",
    agree: "Súhlasím s uložením svojej odpovede.",
    no_consent: "Bez vášho súhlasu sa nič neuloží.",
    new_tab: "otvorí sa na novej karte",
    up: "Palec nahor",
    down: "Palec nadol",
    saved: "Vaša odpoveď je uložená.",
    send_answer: "Odoslať odpoveď",
    nps: Question {
        question: "Aká je pravdepodobnosť, že nás odporučíte priateľom alebo kolegom?",
        low: "Úplne nepravdepodobné",
        high: "Mimoriadne pravdepodobné",
        follow_up: ["Čo sa vám páči najviac?", "Čo mohlo byť lepšie?", "Čo vás sklamalo?"],
    },
    csat: Question {
        question: "Ako ste spokojní s touto stránkou?",
        low: "Veľká nespokojnosť",
        high: "Veľká spokojnosť",
        follow_up: ["Čo sa vám páčilo?", "Čo by mohlo byť lepšie?", "Čo sa nepodarilo?"],
    },
    ces: Question {
        question: "Tento web mi uľahčil to, kvôli čomu som tu.",
        low: "Rozhodne nesúhlasím",
        high: "Rozhodne súhlasím",
        follow_up: ["Čo to uľahčilo?", "Čo by to uľahčilo ešte viac?", "Čo to sťažilo?"],
    },
};
