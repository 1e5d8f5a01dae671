//! Chinese in simplified characters, with 您.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "zh-Hans",
    close: "关闭",
    send: "提交",
    skip: "不了，谢谢",
    thanks: "谢谢，您的回答对我们很有帮助。",
    back: "上一步",
    next: "下一步",
    reason: "主要原因是什么？",
    reasons: "原因有哪些？",
    all_that_apply: "请选择所有适用的选项。",
    feedback: "意见反馈",
    step: "第{at}步，共{of}步",
    already: "您已经回答过了，谢谢。",
    closed: "本次调查已结束。",
    failed: "操作未成功，请重试。",
    needs_script: "本页面会确认您是真人。要发送您的回答，请启用 JavaScript。",
    choose: "请选择一个选项。",
    agree: "我同意保存我的回答。",
    no_consent: "未经您同意，我们不会保存任何内容。",
    new_tab: "在新标签页中打开",
    up: "拇指向上",
    down: "拇指向下",
    saved: "您的回答已保存。",
    send_answer: "提交回答",
    nps: Question {
        question: "您有多大可能向朋友或同事推荐我们？",
        low: "完全不可能",
        high: "极有可能",
        follow_up: ["您最喜欢哪一点？", "哪些方面本可以做得更好？", "哪里让您失望了？"],
    },
    csat: Question {
        question: "您对此页面的满意程度如何？",
        low: "非常不满意",
        high: "非常满意",
        follow_up: ["您喜欢哪些方面？", "哪些方面可以改进？", "哪里出了问题？"],
    },
    ces: Question {
        question: "这个网站让我很轻松地完成了想做的事。",
        low: "非常不同意",
        high: "非常同意",
        follow_up: ["哪些方面让您觉得轻松？", "怎样能让您更轻松？", "哪些方面让您觉得困难？"],
    },
};
