//! Hungarian, in the third person of Ön.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "hu",
    close: "Bezárás",
    send: "Küldés",
    skip: "Nem, köszönöm",
    thanks: "Köszönjük. A válasza segít nekünk.",
    back: "Vissza",
    next: "Tovább",
    reason: "Mi ennek a fő oka?",
    reasons: "Mik ennek az okai?",
    all_that_apply: "Jelölje meg az összes megfelelő választ.",
    feedback: "Visszajelzés",
    step: "{at}. lépés, összesen {of}",
    already: "Erre már válaszolt. Köszönjük.",
    closed: "Ez a kérdőív lezárult.",
    failed: "Nem sikerült. Kérjük, próbálja újra.",
    needs_script: "Az oldal ellenőrzi, hogy Ön ember-e. A válasz elküldéséhez kapcsolja be a JavaScriptet.",
    choose: "Kérjük, jelöljön meg egy választ.",
    agree: "Hozzájárulok a válaszom tárolásához.",
    no_consent: "Hozzájárulása nélkül semmit sem tárolunk.",
    new_tab: "új lapon nyílik meg",
    up: "Hüvelykujj felfelé",
    down: "Hüvelykujj lefelé",
    saved: "A válaszát elmentettük.",
    send_answer: "Válasz küldése",
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
        follow_up: [
            "Mi könnyítette meg a dolgát?",
            "Mi könnyítené meg a dolgát?",
            "Mi nehezítette meg a dolgát?",
        ],
    },
};
