//! Italian, with tu, as shops there write online; satisfaction said of the thing, as said of the
//! visitor it needs a gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "it",
    close: "Chiudi",
    send: "Invia",
    skip: "No, grazie",
    thanks: "Grazie. La tua risposta ci aiuta.",
    back: "Indietro",
    next: "Avanti",
    reason: "Qual è il motivo principale?",
    reasons: "Quali sono i motivi?",
    all_that_apply: "Scegli tutte le risposte pertinenti.",
    feedback: "Il tuo parere",
    step: "Passaggio {at} di {of}",
    already: "Hai già risposto. Grazie.",
    closed: "Questo sondaggio è chiuso.",
    failed: "Non ha funzionato. Riprova.",
    needs_script: "Questa pagina verifica che tu sia una persona. Per inviare la risposta, attiva JavaScript.",
    choose: "Scegli una risposta.",
    agree: "Accetto che la mia risposta venga salvata.",
    no_consent: "Senza il tuo consenso non viene salvato nulla.",
    new_tab: "si apre in una nuova scheda",
    up: "Pollice in su",
    down: "Pollice in giù",
    saved: "La tua risposta è stata salvata.",
    send_answer: "Invia risposta",
    nps: Question {
        question: "Con quale probabilità ci consiglieresti a un amico o collega?",
        low: "Per nulla probabile",
        high: "Estremamente probabile",
        follow_up: ["Cosa ti piace di più?", "Cosa si poteva fare meglio?", "Cosa ti ha deluso?"],
    },
    csat: Question {
        question: "Quanto ti soddisfa questa pagina?",
        low: "Molto insoddisfacente",
        high: "Molto soddisfacente",
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
