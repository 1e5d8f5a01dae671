//! Hebrew, in the plural that addresses women and men; nouns for agreement, as the verb there needs a gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "he",
    close: "סגירה",
    send: "שליחה",
    skip: "לא, תודה",
    thanks: "תודה. התשובה שלכם עוזרת לנו.",
    nps: Question {
        question: "מה הסבירות שתמליצו עלינו לחברים או לקולגות?",
        low: "לא סביר כלל",
        high: "סביר ביותר",
        follow_up: ["מה אהבתם במיוחד?", "מה היה יכול להיות טוב יותר?", "מה אכזב אתכם?"],
    },
    csat: Question {
        question: "עד כמה אתם מרוצים מהדף הזה?",
        low: "מאוד לא מרוצים",
        high: "מרוצים מאוד",
        follow_up: ["מה אהבתם?", "מה אפשר לשפר?", "מה השתבש?"],
    },
    ces: Question {
        question: "האתר הזה הקל עליי לעשות את מה שבאתי לעשות.",
        low: "אי־הסכמה מוחלטת",
        high: "הסכמה מלאה",
        follow_up: ["מה הקל עליכם?", "מה יכול להקל עליכם עוד יותר?", "מה הקשה עליכם?"],
    },
};
