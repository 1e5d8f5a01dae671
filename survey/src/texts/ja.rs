//! Japanese, in です・ます.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "ja",
    close: "閉じる",
    send: "送信",
    skip: "スキップ",
    thanks: "ご回答ありがとうございました。",
    back: "戻る",
    next: "次へ",
    reason: "主な理由は何ですか？",
    reasons: "理由は何ですか？",
    all_that_apply: "当てはまるものをすべて選んでください。",
    feedback: "ご意見",
    step: "{of}ステップ中の{at}番目",
    already: "すでにご回答いただいています。ありがとうございました。",
    closed: "このアンケートは終了しました。",
    failed: "うまくいきませんでした。もう一度お試しください。",
    needs_script: "このページでは、人による操作であることを確認しています。回答を送信するには、JavaScript を有効にしてください。",
    choose: "回答を選んでください。",
    agree: "回答の保存に同意します。",
    no_consent: "同意がない場合、何も保存されません。",
    new_tab: "新しいタブで開きます",
    up: "高評価",
    down: "低評価",
    saved: "ご回答は保存されました。",
    send_answer: "回答を送信",
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
