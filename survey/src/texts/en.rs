//! English: the source of all others, and what everybody else gets.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "en",
    close: "Close",
    send: "Send",
    skip: "No thanks",
    thanks: "Thank you. Your answer helps.",
    nps: Question {
        question: "How likely are you to recommend us to a friend or colleague?",
        low: "Not at all likely",
        high: "Extremely likely",
        follow_up: ["What do you like most?", "What would have made it better?", "What disappointed you?"],
    },
    csat: Question {
        question: "How satisfied are you with this page?",
        low: "Very dissatisfied",
        high: "Very satisfied",
        follow_up: ["What did you like?", "What could be better?", "What went wrong?"],
    },
    ces: Question {
        question: "This site made it easy for me to do what I came for.",
        low: "Strongly disagree",
        high: "Strongly agree",
        follow_up: ["What made it easy?", "What would make it easier?", "What made it hard?"],
    },
};
