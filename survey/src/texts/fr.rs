//! French, with vous; a narrow no-break space before the question mark. “Vous a déçu” and “très
//! satisfait” would need the visitor's gender.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "fr",
    close: "Fermer",
    send: "Envoyer",
    skip: "Non merci",
    thanks: "Merci. Votre réponse nous aide.",
    back: "Retour",
    next: "Suivant",
    reason: "Quelle est la raison principale\u{202f}?",
    reasons: "Quelles sont les raisons\u{202f}?",
    all_that_apply: "Choisissez toutes les réponses qui conviennent.",
    feedback: "Votre avis",
    step: "Étape {at} sur {of}",
    already: "Vous avez déjà répondu. Merci.",
    closed: "Cette enquête est terminée.",
    failed: "Cela n’a pas fonctionné. Veuillez réessayer.",
    needs_script: "Cette page vérifie que vous êtes une personne. Pour envoyer votre réponse, veuillez activer JavaScript.",
    choose: "Veuillez choisir une réponse.",
    agree: "J’accepte que ma réponse soit enregistrée.",
    no_consent: "Sans votre accord, rien n’est enregistré.",
    new_tab: "s’ouvre dans un nouvel onglet",
    up: "Pouce vers le haut",
    down: "Pouce vers le bas",
    saved: "Votre réponse est enregistrée.",
    send_answer: "Envoyer la réponse",
    nps: Question {
        question: "Quelle est la probabilité que vous nous recommandiez à un ami ou à un collègue\u{202f}?",
        low: "Pas du tout probable",
        high: "Extrêmement probable",
        follow_up: [
            "Qu’appréciez-vous le plus\u{202f}?",
            "Qu’est-ce qui aurait pu être mieux\u{202f}?",
            "Qu’est-ce qui n’a pas répondu à vos attentes\u{202f}?",
        ],
    },
    csat: Question {
        question: "Quel est votre degré de satisfaction concernant cette page\u{202f}?",
        low: "Grande insatisfaction",
        high: "Grande satisfaction",
        follow_up: [
            "Qu’avez-vous apprécié\u{202f}?",
            "Qu’est-ce qui pourrait être amélioré\u{202f}?",
            "Qu’est-ce qui n’a pas fonctionné\u{202f}?",
        ],
    },
    ces: Question {
        question: "Ce site m’a permis de faire facilement ce que je voulais.",
        low: "Pas du tout d’accord",
        high: "Tout à fait d’accord",
        follow_up: [
            "Qu’est-ce qui vous a facilité la tâche\u{202f}?",
            "Qu’est-ce qui vous faciliterait la tâche\u{202f}?",
            "Qu’est-ce qui vous a compliqué la tâche\u{202f}?",
        ],
    },
};
