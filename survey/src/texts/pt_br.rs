//! Portuguese of Brazil, with você.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "pt-BR",
    close: "Fechar",
    send: "Enviar",
    skip: "Não, obrigado",
    thanks: "Obrigado. Sua resposta nos ajuda.",
    nps: Question {
        question: "Qual é a probabilidade de você nos recomendar a um amigo ou colega?",
        low: "Nada provável",
        high: "Extremamente provável",
        follow_up: ["Do que você mais gosta?", "O que poderia ter sido melhor?", "O que decepcionou você?"],
    },
    csat: Question {
        question: "Qual é o seu nível de satisfação com esta página?",
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
