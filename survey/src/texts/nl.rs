//! Dutch, with je, as shops in the Netherlands write.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "nl",
    close: "Sluiten",
    send: "Versturen",
    skip: "Nee, bedankt",
    thanks: "Bedankt. Je antwoord helpt ons.",
    back: "Terug",
    next: "Volgende",
    reason: "Wat is de belangrijkste reden?",
    reasons: "Wat zijn de redenen?",
    all_that_apply: "Kies alles wat van toepassing is.",
    feedback: "Feedback",
    step: "Stap {at} van {of}",
    already: "Je hebt dit al ingevuld. Bedankt.",
    closed: "Deze enquête is gesloten.",
    failed: "Dat is niet gelukt. Probeer het opnieuw.",
    needs_script: "Deze pagina controleert of u een mens bent. Zet JavaScript aan om uw antwoord te versturen.",
    choose: "Kies een antwoord.",
    agree: "Ik ga ermee akkoord dat mijn antwoord wordt opgeslagen.",
    no_consent: "Zonder je toestemming wordt er niets opgeslagen.",
    new_tab: "opent in een nieuw tabblad",
    up: "Duim omhoog",
    down: "Duim omlaag",
    saved: "Je antwoord is opgeslagen.",
    send_answer: "Antwoord versturen",
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
