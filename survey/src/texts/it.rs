//! Italian, with tu, as shops there write online.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "it",
    close: "Chiudi",
    send: "Invia",
    skip: "No, grazie",
    thanks: "Grazie. La tua risposta ci aiuta.",
    nps: Question {
        question: "Con quale probabilità ci consiglieresti a un amico o collega?",
        low: "Per nulla probabile",
        high: "Estremamente probabile",
        follow_up: ["Cosa ti piace di più?", "Cosa si poteva fare meglio?", "Cosa ti ha deluso?"],
    },
    csat: Question {
        question: "Quanto ti soddisfa questa pagina?",
        low: "Molto insoddisfatto",
        high: "Molto soddisfatto",
        follow_up: ["Cosa ti è piaciuto?", "Cosa si potrebbe migliorare?", "Cosa non ha funzionato?"],
    },
    ces: Question {
        question: "Questo sito mi ha reso facile fare quello che volevo.",
        low: "Per nulla d’accordo",
        high: "Completamente d’accordo",
        follow_up: [
            "Cosa lo ha reso facile?",
            "Cosa lo renderebbe più facile?",
            "Cosa lo ha reso difficile?",
        ],
    },
};
