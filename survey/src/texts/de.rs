//! German, with Sie.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "de",
    close: "Schließen",
    send: "Senden",
    skip: "Nein, danke",
    thanks: "Vielen Dank. Ihre Antwort hilft uns.",
    back: "Zurück",
    next: "Weiter",
    reason: "Was ist der Hauptgrund?",
    reasons: "Was sind die Gründe?",
    all_that_apply: "Wählen Sie alles Zutreffende aus.",
    feedback: "Feedback",
    step: "Schritt {at} von {of}",
    already: "Sie haben hier bereits geantwortet. Vielen Dank.",
    closed: "Diese Umfrage ist beendet.",
    failed: "Das hat nicht geklappt. Bitte versuchen Sie es erneut.",
    needs_script: "Diese Seite prüft, ob Sie ein Mensch sind. Bitte schalten Sie JavaScript ein, um Ihre Antwort zu senden.",
    choose: "Bitte wählen Sie eine Antwort aus.",
    agree: "Ich bin damit einverstanden, dass meine Antwort gespeichert wird.",
    no_consent: "Ohne Ihr Einverständnis wird nichts gespeichert.",
    new_tab: "wird in einem neuen Tab geöffnet",
    up: "Daumen hoch",
    down: "Daumen runter",
    saved: "Ihre Antwort ist gespeichert.",
    send_answer: "Antwort senden",
    nps: Question {
        question: "Wie wahrscheinlich ist es, dass Sie uns Freunden oder Kollegen weiterempfehlen?",
        low: "Überhaupt nicht wahrscheinlich",
        high: "Äußerst wahrscheinlich",
        follow_up: [
            "Was gefällt Ihnen am besten?",
            "Was hätte besser sein können?",
            "Was hat Sie enttäuscht?",
        ],
    },
    csat: Question {
        question: "Wie zufrieden sind Sie mit dieser Seite?",
        low: "Sehr unzufrieden",
        high: "Sehr zufrieden",
        follow_up: ["Was hat Ihnen gefallen?", "Was könnte besser sein?", "Was ist schiefgelaufen?"],
    },
    ces: Question {
        question: "Diese Website hat es mir leicht gemacht, mein Anliegen zu erledigen.",
        low: "Stimme überhaupt nicht zu",
        high: "Stimme voll und ganz zu",
        follow_up: [
            "Was hat es leicht gemacht?",
            "Was würde es leichter machen?",
            "Was hat es schwer gemacht?",
        ],
    },
};
