//! Portuguese of Brazil, with você; nouns at the ends of satisfaction, and no “obrigado” in the visitor's
//! mouth, as both need a gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "pt-BR",
    close: "Fechar",
    send: "Enviar",
    skip: "Agora não",
    thanks: "Obrigado. Sua resposta nos ajuda.",
    back: "Voltar",
    next: "Avançar",
    reason: "Qual é o principal motivo?",
    reasons: "Quais são os motivos?",
    all_that_apply: "Escolha todas as opções que se aplicam.",
    feedback: "Sua opinião",
    step: "Etapa {at} de {of}",
    already: "Você já respondeu a esta pesquisa. Obrigado.",
    closed: "Esta pesquisa está encerrada.",
    failed: "Não deu certo. Tente de novo.",
    needs_script: "Esta página verifica se você é uma pessoa. Para enviar sua resposta, ative o JavaScript.",
    choose: "Escolha uma resposta.",
    agree: "Concordo que minha resposta seja armazenada.",
    no_consent: "Sem o seu consentimento, nada é armazenado.",
    new_tab: "abre em uma nova aba",
    up: "Polegar para cima",
    down: "Polegar para baixo",
    saved: "Sua resposta foi salva.",
    send_answer: "Enviar resposta",
    nps: Question {
        question: "Qual é a probabilidade de você nos recomendar a um amigo ou colega?",
        low: "Nada provável",
        high: "Extremamente provável",
        follow_up: ["Do que você mais gosta?", "O que poderia ter sido melhor?", "O que decepcionou você?"],
    },
    csat: Question {
        question: "Qual é o seu nível de satisfação com esta página?",
        low: "Grande insatisfação",
        high: "Grande satisfação",
        follow_up: ["Do que você gostou?", "O que poderia ser melhor?", "O que deu errado?"],
    },
    ces: Question {
        question: "Este site facilitou o que eu vim fazer.",
        low: "Discordo totalmente",
        high: "Concordo totalmente",
        follow_up: ["O que facilitou?", "O que tornaria mais fácil?", "O que dificultou?"],
    },
};
