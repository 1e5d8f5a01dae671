//! Romanian, with dumneavoastră; comma below, not cedilla.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "ro",
    close: "Închide",
    send: "Trimite",
    skip: "Nu, mulțumesc",
    thanks: "Vă mulțumim. Răspunsul dumneavoastră ne ajută.",
    nps: Question {
        question: "Cât de probabil este să ne recomandați unui prieten sau coleg?",
        low: "Deloc probabil",
        high: "Extrem de probabil",
        follow_up: ["Ce vă place cel mai mult?", "Ce ar fi putut fi mai bine?", "Ce v-a dezamăgit?"],
    },
    csat: Question {
        question: "În ce măsură vă mulțumește această pagină?",
        low: "Foarte nemulțumit",
        high: "Foarte mulțumit",
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
