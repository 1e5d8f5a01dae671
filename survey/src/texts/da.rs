//! Danish, with du.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "da",
    close: "Luk",
    send: "Send",
    skip: "Nej tak",
    thanks: "Tak. Dit svar hjælper os.",
    back: "Tilbage",
    next: "Næste",
    reason: "Hvad er den vigtigste årsag?",
    reasons: "Hvad er årsagerne?",
    all_that_apply: "Vælg alt, der passer.",
    feedback: "Feedback",
    step: "Trin {at} af {of}",
    already: "Du har allerede svaret. Tak.",
    closed: "Denne undersøgelse er lukket.",
    failed: "Det lykkedes ikke. Prøv igen.",
    needs_script: "Siden kontrollerer, at du er et menneske. Slå JavaScript til for at sende dit svar.",
    choose: "Vælg et svar.",
    agree: "Jeg accepterer, at mit svar gemmes.",
    no_consent: "Uden dit samtykke gemmes intet.",
    new_tab: "åbner i en ny fane",
    up: "Tommel op",
    down: "Tommel ned",
    saved: "Dit svar er gemt.",
    send_answer: "Send svar",
    nps: Question {
        question: "Hvor sandsynligt er det, at du vil anbefale os til en ven eller kollega?",
        low: "Slet ikke sandsynligt",
        high: "Yderst sandsynligt",
        follow_up: ["Hvad kan du bedst lide?", "Hvad kunne have været bedre?", "Hvad skuffede dig?"],
    },
    csat: Question {
        question: "Hvor tilfreds er du med denne side?",
        low: "Meget utilfreds",
        high: "Meget tilfreds",
        follow_up: ["Hvad var godt?", "Hvad kunne være bedre?", "Hvad gik galt?"],
    },
    ces: Question {
        question: "Denne hjemmeside gjorde det nemt for mig at klare det, jeg kom for.",
        low: "Helt uenig",
        high: "Helt enig",
        follow_up: ["Hvad gjorde det nemt?", "Hvad ville gøre det nemmere?", "Hvad gjorde det svært?"],
    },
};
