//! Spanish, with tú, in words that are at home in Spain and in Latin America: no “qué tan”, no “cómo de”. Nouns at
//! the ends of satisfaction, as adjectives there need a gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "es",
    close: "Cerrar",
    send: "Enviar",
    skip: "No, gracias",
    thanks: "Gracias. Tu respuesta nos ayuda.",
    back: "Atrás",
    next: "Siguiente",
    reason: "¿Cuál es el motivo principal?",
    reasons: "¿Cuáles son los motivos?",
    all_that_apply: "Elige todas las opciones que correspondan.",
    feedback: "Tu opinión",
    step: "Paso {at} de {of}",
    already: "Ya respondiste a esta encuesta. Gracias.",
    closed: "Esta encuesta está cerrada.",
    failed: "No funcionó. Inténtalo de nuevo.",
    needs_script: "Esta página comprueba que eres una persona. Para enviar tu respuesta, activa JavaScript.",
    choose: "Elige una respuesta.",
    agree: "Acepto que se guarde mi respuesta.",
    no_consent: "Sin tu consentimiento no se guarda nada.",
    new_tab: "se abre en una pestaña nueva",
    up: "Pulgar hacia arriba",
    down: "Pulgar hacia abajo",
    saved: "Tu respuesta está guardada.",
    send_answer: "Enviar respuesta",
    nps: Question {
        question: "¿Con qué probabilidad nos recomendarías a un amigo o colega?",
        low: "Nada probable",
        high: "Extremadamente probable",
        follow_up: ["¿Qué es lo que más te gusta?", "¿Qué podría haber sido mejor?", "¿Qué te decepcionó?"],
    },
    csat: Question {
        question: "¿Cuál es tu nivel de satisfacción con esta página?",
        low: "Gran insatisfacción",
        high: "Gran satisfacción",
        follow_up: ["¿Qué te gustó?", "¿Qué podría ser mejor?", "¿Qué salió mal?"],
    },
    ces: Question {
        question: "Este sitio me facilitó hacer lo que quería.",
        low: "Muy en desacuerdo",
        high: "Muy de acuerdo",
        follow_up: ["¿Qué lo hizo fácil?", "¿Qué lo haría más fácil?", "¿Qué lo hizo difícil?"],
    },
};
