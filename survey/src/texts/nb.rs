//! Norwegian (Bokmål), with du.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "nb",
    close: "Lukk",
    send: "Send",
    skip: "Nei takk",
    thanks: "Takk. Svaret ditt hjelper oss.",
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
