//! Romanian, with dumneavoastră; comma below, not cedilla; verbs at the ends of satisfaction, as adjectives need a
//! gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "ro",
    close: "Închide",
    send: "Trimite",
    skip: "Nu, mulțumesc",
    thanks: "Vă mulțumim. Răspunsul dumneavoastră ne ajută.",
    back: "Înapoi",
    next: "Înainte",
    reason: "Care este motivul principal?",
    reasons: "Care sunt motivele?",
    all_that_apply: "Alegeți toate variantele potrivite.",
    feedback: "Feedback",
    step: "Pasul {at} din {of}",
    already: "Ați răspuns deja. Vă mulțumim.",
    closed: "Acest sondaj s-a încheiat.",
    failed: "Nu a funcționat. Încercați din nou.",
    needs_script: "Această pagină verifică dacă sunteți o persoană. Pentru a trimite răspunsul, activați JavaScript.",
    choose: "Alegeți un răspuns.",
    agree: "Sunt de acord ca răspunsul meu să fie stocat.",
    no_consent: "Fără acordul dumneavoastră nu se stochează nimic.",
    new_tab: "se deschide într-o filă nouă",
    up: "Degetul mare în sus",
    down: "Degetul mare în jos",
    saved: "Răspunsul dumneavoastră a fost salvat.",
    send_answer: "Trimite răspunsul",
    nps: Question {
        question: "Cât de probabil este să ne recomandați unui prieten sau coleg?",
        low: "Deloc probabil",
        high: "Extrem de probabil",
        follow_up: ["Ce vă place cel mai mult?", "Ce ar fi putut fi mai bine?", "Ce v-a dezamăgit?"],
    },
    csat: Question {
        question: "În ce măsură vă mulțumește această pagină?",
        low: "Nu mă mulțumește deloc",
        high: "Mă mulțumește pe deplin",
        follow_up: ["Ce v-a plăcut?", "Ce ar putea fi mai bine?", "Ce nu a mers bine?"],
    },
    ces: Question {
        question: "Acest site m-a ajutat să fac ușor ceea ce doream.",
        low: "Dezacord total",
        high: "Acord total",
        follow_up: [
            "Ce v-a ușurat lucrurile?",
            "Ce v-ar ușura și mai mult lucrurile?",
            "Ce v-a îngreunat lucrurile?",
        ],
    },
};
