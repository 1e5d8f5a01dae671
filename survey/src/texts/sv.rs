//! Swedish, with du.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "sv",
    close: "Stäng",
    send: "Skicka",
    skip: "Nej tack",
    thanks: "Tack. Ditt svar hjälper oss.",
    back: "Tillbaka",
    next: "Nästa",
    reason: "Vad är den främsta anledningen?",
    reasons: "Vilka är anledningarna?",
    all_that_apply: "Välj allt som stämmer.",
    feedback: "Tyck till",
    step: "Steg {at} av {of}",
    already: "Du har redan svarat. Tack.",
    closed: "Den här enkäten är stängd.",
    failed: "Det gick inte. Försök igen.",
    needs_script: "Sidan kontrollerar att du är en människa. Slå på JavaScript för att skicka ditt svar.",
    choose: "Välj ett svar.",
    agree: "Jag samtycker till att mitt svar sparas.",
    no_consent: "Utan ditt samtycke sparas ingenting.",
    new_tab: "öppnas i en ny flik",
    up: "Tummen upp",
    down: "Tummen ner",
    saved: "Ditt svar är sparat.",
    send_answer: "Skicka svar",
    nps: Question {
        question: "Hur sannolikt är det att du skulle rekommendera oss till en vän eller kollega?",
        low: "Inte alls sannolikt",
        high: "Extremt sannolikt",
        follow_up: ["Vad tycker du bäst om?", "Vad hade kunnat vara bättre?", "Vad gjorde dig besviken?"],
    },
    csat: Question {
        question: "Hur nöjd är du med den här sidan?",
        low: "Mycket missnöjd",
        high: "Mycket nöjd",
        follow_up: ["Vad var bra?", "Vad kan bli bättre?", "Vad gick fel?"],
    },
    ces: Question {
        question: "Den här webbplatsen gjorde det enkelt för mig att göra det jag kom hit för.",
        low: "Instämmer inte alls",
        high: "Instämmer helt",
        follow_up: ["Vad gjorde det enkelt?", "Vad skulle göra det enklare?", "Vad gjorde det svårt?"],
    },
};
