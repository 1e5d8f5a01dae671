//! English: the source of all others, and what everybody else gets.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "en",
    close: "Close",
    send: "Send",
    skip: "No thanks",
    thanks: "Thank you. Your answer helps.",
    back: "Back",
    next: "Next",
    reason: "What is the main reason?",
    reasons: "What are the reasons?",
    all_that_apply: "Choose all that apply.",
    feedback: "Feedback",
    step: "Step {at} of {of}",
    already: "You have answered this already. Thank you.",
    closed: "This survey is closed.",
    failed: "That did not work. Please try again.",
    needs_script: "This page checks that you are a person. To send your answer, please turn on JavaScript.",
    choose: "Please choose an answer.",
    agree: "I agree that my answer is stored.",
    no_consent: "Without your agreement nothing is stored.",
    new_tab: "opens in a new tab",
    up: "Thumbs up",
    down: "Thumbs down",
    saved: "Your answer is saved.",
    send_answer: "Send answer",
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
