//! Hebrew, in the plural that addresses women and men; nouns for agreement, as the verb there needs a gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "he",
    close: "סגירה",
    send: "שליחה",
    skip: "לא, תודה",
    thanks: "תודה. התשובה שלכם עוזרת לנו.",
    back: "חזרה",
    next: "המשך",
    reason: "מה הסיבה העיקרית?",
    reasons: "מהן הסיבות?",
    all_that_apply: "בחרו את כל התשובות המתאימות.",
    feedback: "משוב",
    step: "שלב {at} מתוך {of}",
    already: "כבר עניתם על הסקר. תודה.",
    closed: "הסקר הזה נסגר.",
    failed: "הפעולה לא הצליחה. נסו שוב.",
    needs_script: "הדף בודק שמדובר באדם. כדי לשלוח את התשובה יש להפעיל JavaScript.",
    choose: "בחרו תשובה.",
    agree: "מקובל עליי שהתשובה שלי תישמר.",
    no_consent: "ללא הסכמתכם לא יישמר דבר.",
    new_tab: "נפתח בכרטיסייה חדשה",
    up: "אגודל למעלה",
    down: "אגודל למטה",
    saved: "התשובה שלכם נשמרה.",
    send_answer: "שליחת התשובה",
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
