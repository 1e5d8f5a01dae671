//! Norwegian (Bokmål), with du.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "nb",
    close: "Lukk",
    send: "Send",
    skip: "Nei takk",
    thanks: "Takk. Svaret ditt hjelper oss.",
    back: "Tilbake",
    next: "Neste",
    reason: "Hva er den viktigste grunnen?",
    reasons: "Hva er grunnene?",
    all_that_apply: "Velg alt som passer.",
    feedback: "Tilbakemelding",
    step: "Trinn {at} av {of}",
    already: "Du har allerede svart. Takk.",
    closed: "Denne undersøkelsen er avsluttet.",
    failed: "Det gikk ikke. Prøv igjen.",
    needs_script: "Siden kontrollerer at du er et menneske. Slå på JavaScript for å sende svaret ditt.",
    choose: "Velg et svar.",
    agree: "Jeg samtykker til at svaret mitt lagres.",
    no_consent: "Uten samtykket ditt lagres ingenting.",
    new_tab: "åpnes i en ny fane",
    up: "Tommel opp",
    down: "Tommel ned",
    saved: "Svaret ditt er lagret.",
    send_answer: "Send svar",
    nps: Question {
        question: "Hvor sannsynlig er det at du vil anbefale oss til en venn eller kollega?",
        low: "Slett ikke sannsynlig",
        high: "Svært sannsynlig",
        follow_up: ["Hva liker du best?", "Hva kunne vært bedre?", "Hva skuffet deg?"],
    },
    csat: Question {
        question: "Hvor fornøyd er du med denne siden?",
        low: "Svært misfornøyd",
        high: "Svært fornøyd",
        follow_up: ["Hva likte du?", "Hva kan bli bedre?", "Hva gikk galt?"],
    },
    ces: Question {
        question: "Dette nettstedet gjorde det enkelt for meg å gjøre det jeg kom for.",
        low: "Helt uenig",
        high: "Helt enig",
        follow_up: ["Hva gjorde det enkelt?", "Hva ville gjort det enklere?", "Hva gjorde det vanskelig?"],
    },
};
