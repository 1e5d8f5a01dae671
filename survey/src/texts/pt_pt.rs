//! Portuguese of Portugal, in the third person without você; “desiludiu”, an adjective of satisfaction or an
//! “obrigado” in the visitor's mouth would need a gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "pt-PT",
    close: "Fechar",
    send: "Enviar",
    skip: "Agora não",
    thanks: "Obrigado. A sua resposta ajuda-nos.",
    back: "Voltar",
    next: "Seguinte",
    reason: "Qual é o principal motivo?",
    reasons: "Quais são os motivos?",
    all_that_apply: "Escolha todas as opções aplicáveis.",
    feedback: "A sua opinião",
    step: "Passo {at} de {of}",
    already: "Já respondeu a este inquérito. Obrigado.",
    closed: "Este inquérito está encerrado.",
    failed: "Não resultou. Tente novamente.",
    needs_script: "Esta página verifica se é uma pessoa. Para enviar a sua resposta, ative o JavaScript.",
    choose: "Escolha uma resposta.",
    agree: "Aceito que a minha resposta seja guardada.",
    no_consent: "Sem o seu consentimento, nada é guardado.",
    new_tab: "abre num novo separador",
    up: "Polegar para cima",
    down: "Polegar para baixo",
    saved: "A sua resposta foi guardada.",
    send_answer: "Enviar resposta",
    nps: Question {
        question: "Qual é a probabilidade de nos recomendar a um amigo ou colega?",
        low: "Nada provável",
        high: "Extremamente provável",
        follow_up: [
            "De que gosta mais?",
            "O que poderia ter sido melhor?",
            "O que ficou aquém das expectativas?",
        ],
    },
    csat: Question {
        question: "Qual é o seu grau de satisfação com esta página?",
        low: "Grande insatisfação",
        high: "Grande satisfação",
        follow_up: ["De que gostou?", "O que poderia ser melhor?", "O que correu mal?"],
    },
    ces: Question {
        question: "Este site facilitou-me o que vim fazer.",
        low: "Discordo totalmente",
        high: "Concordo totalmente",
        follow_up: ["O que facilitou?", "O que tornaria mais fácil?", "O que dificultou?"],
    },
};
