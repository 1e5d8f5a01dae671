//! Hungarian, in the third person of Ön.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "hu",
    close: "Bezárás",
    send: "Küldés",
    skip: "Nem, köszönöm",
    thanks: "Köszönjük. A válasza segít nekünk.",
    nps: Question {
        question: "Mennyire valószínű, hogy ajánlana minket egy barátjának vagy kollégájának?",
        low: "Egyáltalán nem valószínű",
        high: "Rendkívül valószínű",
        follow_up: ["Mi tetszik a legjobban?", "Mi lehetett volna jobb?", "Miben csalódott?"],
    },
    csat: Question {
        question: "Mennyire elégedett ezzel az oldallal?",
        low: "Nagyon elégedetlen",
        high: "Nagyon elégedett",
        follow_up: ["Mi tetszett?", "Mi lehetne jobb?", "Mi volt a probléma?"],
    },
    ces: Question {
        question: "Ez a webhely megkönnyítette, hogy elintézzem, amiért jöttem.",
        low: "Egyáltalán nem értek egyet",
        high: "Teljes mértékben egyetértek",
        follow_up: ["Mi könnyítette meg?", "Mi tenné könnyebbé?", "Mi nehezítette meg?"],
    },
};
