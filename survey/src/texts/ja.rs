//! Japanese, in です・ます.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "ja",
    close: "閉じる",
    send: "送信",
    skip: "スキップ",
    thanks: "ご回答ありがとうございました。",
    nps: Question {
        question: "当社を友人や同僚に薦める可能性はどのくらいありますか？",
        low: "可能性はまったくない",
        high: "可能性は非常に高い",
        follow_up: [
            "最も気に入っている点は何ですか？",
            "どうすれば、もっと良くなったと思いますか？",
            "ご期待に沿えなかった点は何ですか？",
        ],
    },
    csat: Question {
        question: "このページにどのくらい満足していますか？",
        low: "非常に不満",
        high: "非常に満足",
        follow_up: [
            "どのような点が良かったですか？",
            "改善してほしい点は何ですか？",
            "どのような問題がありましたか？",
        ],
    },
    ces: Question {
        question: "このサイトのおかげで、したかったことが簡単にできました。",
        low: "まったくそう思わない",
        high: "非常にそう思う",
        follow_up: [
            "どのような点が簡単でしたか？",
            "どうすればもっと簡単になりますか？",
            "どのような点が難しかったですか？",
        ],
    },
};
