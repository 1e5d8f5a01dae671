//! Spanish, with tú, in words that are at home in Spain and in Latin America: no “qué tan”, no “cómo de”.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "es",
    close: "Cerrar",
    send: "Enviar",
    skip: "No, gracias",
    thanks: "Gracias. Tu respuesta nos ayuda.",
    nps: Question {
        question: "¿Con qué probabilidad nos recomendarías a un amigo o colega?",
        low: "Nada probable",
        high: "Extremadamente probable",
        follow_up: ["¿Qué es lo que más te gusta?", "¿Qué podría haber sido mejor?", "¿Qué te decepcionó?"],
    },
    csat: Question {
        question: "¿Cuál es tu nivel de satisfacción con esta página?",
        low: "Muy insatisfecho",
        high: "Muy satisfecho",
        follow_up: ["¿Qué te gustó?", "¿Qué podría ser mejor?", "¿Qué salió mal?"],
    },
    ces: Question {
        question: "Este sitio me facilitó hacer lo que quería.",
        low: "Muy en desacuerdo",
        high: "Muy de acuerdo",
        follow_up: ["¿Qué lo hizo fácil?", "¿Qué lo haría más fácil?", "¿Qué lo hizo difícil?"],
    },
};
