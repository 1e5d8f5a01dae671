//! Slovak, with vy; nouns at the ends of the scale, as adjectives there need a gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "sk",
    close: "Zavrieť",
    send: "Odoslať",
    skip: "Nie, ďakujem",
    thanks: "Ďakujeme. Vaša odpoveď nám pomáha.",
    nps: Question {
        question: "Aká je pravdepodobnosť, že nás odporučíte priateľom alebo kolegom?",
        low: "Úplne nepravdepodobné",
        high: "Mimoriadne pravdepodobné",
        follow_up: ["Čo sa vám páči najviac?", "Čo mohlo byť lepšie?", "Čo vás sklamalo?"],
    },
    csat: Question {
        question: "Ako ste spokojní s touto stránkou?",
        low: "Veľká nespokojnosť",
        high: "Veľká spokojnosť",
        follow_up: ["Čo sa vám páčilo?", "Čo by mohlo byť lepšie?", "Čo sa nepodarilo?"],
    },
    ces: Question {
        question: "Tento web mi uľahčil to, kvôli čomu som tu.",
        low: "Rozhodne nesúhlasím",
        high: "Rozhodne súhlasím",
        follow_up: ["Čo to uľahčilo?", "Čo by to uľahčilo ešte viac?", "Čo to sťažilo?"],
    },
};
