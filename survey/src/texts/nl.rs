//! Dutch, with je, as shops in the Netherlands write.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "nl",
    close: "Sluiten",
    send: "Versturen",
    skip: "Nee, bedankt",
    thanks: "Bedankt. Je antwoord helpt ons.",
    nps: Question {
        question: "Hoe waarschijnlijk is het dat je ons aanbeveelt aan een vriend of collega?",
        low: "Helemaal niet waarschijnlijk",
        high: "Uiterst waarschijnlijk",
        follow_up: ["Wat bevalt je het best?", "Wat had beter gekund?", "Wat viel je tegen?"],
    },
    csat: Question {
        question: "Hoe tevreden ben je over deze pagina?",
        low: "Zeer ontevreden",
        high: "Zeer tevreden",
        follow_up: ["Wat vond je goed?", "Wat kan er beter?", "Wat ging er mis?"],
    },
    ces: Question {
        question: "Deze site maakte het makkelijk voor me om te doen waarvoor ik kwam.",
        low: "Helemaal mee oneens",
        high: "Helemaal mee eens",
        follow_up: [
            "Wat maakte het makkelijk?",
            "Wat zou het makkelijker maken?",
            "Wat maakte het moeilijk?",
        ],
    },
};
