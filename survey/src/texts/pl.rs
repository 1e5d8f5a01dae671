//! Polish, in the second person with a capital; nouns and tenses that need no gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "pl",
    close: "Zamknij",
    send: "Wyślij",
    skip: "Nie, dziękuję",
    thanks: "Dziękujemy. Twoja odpowiedź nam pomaga.",
    nps: Question {
        question: "Jak bardzo prawdopodobne jest, że polecisz nas znajomym lub współpracownikom?",
        low: "Zupełnie nieprawdopodobne",
        high: "Niezwykle prawdopodobne",
        follow_up: ["Co podoba Ci się najbardziej?", "Co mogło być lepsze?", "Co Cię rozczarowało?"],
    },
    csat: Question {
        question: "Jak oceniasz swoje zadowolenie z tej strony?",
        low: "Bardzo duże niezadowolenie",
        high: "Bardzo duże zadowolenie",
        follow_up: ["Co Ci się podobało?", "Co można poprawić?", "Co poszło nie tak?"],
    },
    ces: Question {
        question: "Ta strona ułatwiła mi załatwienie mojej sprawy.",
        low: "Zdecydowanie się nie zgadzam",
        high: "Zdecydowanie się zgadzam",
        follow_up: ["Co to ułatwiło?", "Co ułatwiłoby to jeszcze bardziej?", "Co to utrudniło?"],
    },
};
