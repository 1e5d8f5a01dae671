//! Built-in wording: every text that Sondeo itself brings, in one table by language. A site's own wording wins.

use crate::locale;
use crate::metric::Metric;

/// A question with the words at both ends of its scale and the follow-up for each segment, happiest first.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "named for where they stand on the card")]
pub struct Question {
    pub question: &'static str,
    pub low: &'static str,
    pub high: &'static str,
    pub follow_up: [&'static str; 3],
}

/// All texts of one language.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "named for where they stand on the card")]
pub struct Texts {
    pub locale: &'static str,
    pub close: &'static str,
    pub send: &'static str,
    pub skip: &'static str,
    pub thanks: &'static str,
    pub nps: Question,
    pub csat: Question,
    pub ces: Question,
}

impl Texts {
    /// The question of a metric.
    #[must_use]
    pub const fn of(&self, metric: Metric) -> &Question {
        match metric {
            Metric::Nps => &self.nps,
            Metric::Csat => &self.csat,
            Metric::Ces => &self.ces,
        }
    }
}

/// The texts that fit `tag` best; English where no other does.
#[must_use]
pub fn for_locale(tag: &str) -> &'static Texts {
    let available = TABLE.map(|texts| texts.locale);
    locale::choose(&available, &[tag]).and_then(|at| TABLE.get(at).copied()).unwrap_or(&ENGLISH)
}

static TABLE: [&Texts; 3] = [&ENGLISH, &SPANISH, &BRAZILIAN];

static ENGLISH: Texts = Texts {
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

static SPANISH: Texts = Texts {
    locale: "es",
    close: "Cerrar",
    send: "Enviar",
    skip: "No, gracias",
    thanks: "Gracias. Tu respuesta nos ayuda.",
    nps: Question {
        question: "¿Con qué probabilidad nos recomendarías a un amigo o colega?",
        low: "Nada probable",
        high: "Muy probable",
        follow_up: ["¿Qué es lo que más te gusta?", "¿Qué lo habría hecho mejor?", "¿Qué te decepcionó?"],
    },
    csat: Question {
        question: "¿Qué tan satisfecho estás con esta página?",
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

static BRAZILIAN: Texts = Texts {
    locale: "pt-BR",
    close: "Fechar",
    send: "Enviar",
    skip: "Não, obrigado",
    thanks: "Obrigado. Sua resposta nos ajuda.",
    nps: Question {
        question: "Qual a probabilidade de você nos recomendar a um amigo ou colega?",
        low: "Nada provável",
        high: "Extremamente provável",
        follow_up: ["Do que você mais gosta?", "O que teria sido melhor?", "O que decepcionou você?"],
    },
    csat: Question {
        question: "Quão satisfeito você está com esta página?",
        low: "Muito insatisfeito",
        high: "Muito satisfeito",
        follow_up: ["Do que você gostou?", "O que poderia ser melhor?", "O que deu errado?"],
    },
    ces: Question {
        question: "Este site facilitou o que eu vim fazer.",
        low: "Discordo totalmente",
        high: "Concordo totalmente",
        follow_up: ["O que facilitou?", "O que tornaria mais fácil?", "O que dificultou?"],
    },
};
