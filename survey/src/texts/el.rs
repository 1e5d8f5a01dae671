//! Greek, in the polite plural; its question mark is the semicolon (U+037E is the same character after
//! normalization).

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "el",
    close: "Κλείσιμο",
    send: "Αποστολή",
    skip: "Όχι, ευχαριστώ",
    thanks: "Ευχαριστούμε. Η απάντησή σας μας βοηθά.",
    nps: Question {
        question: "Πόσο πιθανό είναι να μας συστήσετε σε έναν φίλο ή συνάδελφο;",
        low: "Καθόλου πιθανό",
        high: "Εξαιρετικά πιθανό",
        follow_up: [
            "Τι σας αρέσει περισσότερο;",
            "Τι θα μπορούσε να είχε γίνει καλύτερα;",
            "Τι σας απογοήτευσε;",
        ],
    },
    csat: Question {
        question: "Πόσο ικανοποιημένοι είστε από αυτή τη σελίδα;",
        low: "Πολύ δυσαρεστημένοι",
        high: "Πολύ ικανοποιημένοι",
        follow_up: ["Τι σας άρεσε;", "Τι θα μπορούσε να είναι καλύτερο;", "Τι πήγε στραβά;"],
    },
    ces: Question {
        question: "Αυτός ο ιστότοπος με διευκόλυνε να κάνω αυτό που ήθελα.",
        low: "Διαφωνώ απόλυτα",
        high: "Συμφωνώ απόλυτα",
        follow_up: ["Τι σας διευκόλυνε;", "Τι θα σας διευκόλυνε περισσότερο;", "Τι σας δυσκόλεψε;"],
    },
};
