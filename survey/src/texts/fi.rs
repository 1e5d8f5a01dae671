//! Finnish, with sinä.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "fi",
    close: "Sulje",
    send: "Lähetä",
    skip: "Ei kiitos",
    thanks: "Kiitos. Vastauksestasi on apua.",
    back: "Takaisin",
    next: "Seuraava",
    reason: "Mikä on tärkein syy?",
    reasons: "Mitkä ovat syyt?",
    all_that_apply: "Valitse kaikki sopivat.",
    feedback: "Palaute",
    step: "Vaihe {at}/{of}",
    already: "Olet jo vastannut. Kiitos.",
    closed: "Tämä kysely on päättynyt.",
    failed: "Se ei onnistunut. Yritä uudelleen.",
    needs_script: "Sivu varmistaa, että olet ihminen. Ota JavaScript käyttöön, jotta voit lähettää vastauksesi.",
    choose: "Valitse vastaus.",
    agree: "Hyväksyn, että vastaukseni tallennetaan.",
    no_consent: "Ilman suostumustasi mitään ei tallenneta.",
    new_tab: "avautuu uuteen välilehteen",
    up: "Peukalo ylös",
    down: "Peukalo alas",
    saved: "Vastauksesi on tallennettu.",
    send_answer: "Lähetä vastaus",
    nps: Question {
        question: "Kuinka todennäköisesti suosittelisit meitä ystävälle tai kollegalle?",
        low: "En lainkaan todennäköisesti",
        high: "Erittäin todennäköisesti",
        follow_up: ["Mistä pidät eniten?", "Mikä olisi voinut olla paremmin?", "Mihin petyit?"],
    },
    csat: Question {
        question: "Kuinka tyytyväinen olet tähän sivuun?",
        low: "Erittäin tyytymätön",
        high: "Erittäin tyytyväinen",
        follow_up: ["Mistä pidit?", "Mikä voisi olla paremmin?", "Mikä meni pieleen?"],
    },
    ces: Question {
        question: "Tämä sivusto teki asioinnistani helppoa.",
        low: "Täysin eri mieltä",
        high: "Täysin samaa mieltä",
        follow_up: [
            "Mikä teki asioinnista helppoa?",
            "Mikä tekisi asioinnista helpompaa?",
            "Mikä teki asioinnista vaikeaa?",
        ],
    },
};
