//! Polish, in the second person with a capital; nouns and tenses that need no gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "pl",
    close: "Zamknij",
    send: "Wyślij",
    skip: "Nie, dziękuję",
    thanks: "Dziękujemy. Twoja odpowiedź nam pomaga.",
    back: "Wstecz",
    next: "Dalej",
    reason: "Jaki jest główny powód?",
    reasons: "Jakie są powody?",
    all_that_apply: "Wybierz wszystkie pasujące odpowiedzi.",
    feedback: "Twoja opinia",
    step: "Krok {at} z {of}",
    already: "Mamy już Twoją odpowiedź. Dziękujemy.",
    closed: "Ta ankieta została zakończona.",
    failed: "Nie udało się. Spróbuj ponownie.",
    needs_script: "Ta strona sprawdza, czy jesteś człowiekiem. Aby wysłać odpowiedź, włącz JavaScript.",
    choose: "Wybierz odpowiedź.",
    agree: "Zgadzam się na zapisanie mojej odpowiedzi.",
    no_consent: "Bez Twojej zgody nic nie zostanie zapisane.",
    new_tab: "otwiera się w nowej karcie",
    up: "Kciuk w górę",
    down: "Kciuk w dół",
    saved: "Twoja odpowiedź została zapisana.",
    send_answer: "Wyślij odpowiedź",
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
        question: "Ta witryna ułatwiła mi załatwienie mojej sprawy.",
        low: "Zdecydowanie się nie zgadzam",
        high: "Zdecydowanie się zgadzam",
        follow_up: ["Co to ułatwiło?", "Co ułatwiłoby to jeszcze bardziej?", "Co to utrudniło?"],
    },
};
