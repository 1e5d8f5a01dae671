//! Arabic, in forms that are written alike for women and men; nouns at the ends of the scale for the same
//! reason.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "ar",
    close: "إغلاق",
    send: "إرسال",
    skip: "لا، شكرًا",
    thanks: "شكرًا لك. إجابتك تساعدنا.",
    back: "رجوع",
    next: "التالي",
    reason: "ما السبب الرئيسي؟",
    reasons: "ما الأسباب؟",
    all_that_apply: "يمكن اختيار كل ما ينطبق.",
    feedback: "رأيك",
    step: "الخطوة {at} من {of}",
    already: "وصلتنا إجابتك من قبل. شكرًا لك.",
    closed: "انتهى هذا الاستبيان.",
    failed: "لم ينجح ذلك. يرجى المحاولة مرة أخرى.",
    needs_script: "تتحقق هذه الصفحة من أنك إنسان. لإرسال إجابتك، يرجى تفعيل JavaScript.",
    choose: "يرجى اختيار إجابة.",
    agree: "أوافق على حفظ إجابتي.",
    no_consent: "لن يُحفظ شيء دون موافقتك.",
    new_tab: "يفتح في علامة تبويب جديدة",
    up: "إبهام لأعلى",
    down: "إبهام لأسفل",
    saved: "حُفظت إجابتك.",
    send_answer: "إرسال الإجابة",
    nps: Question {
        question: "ما مدى احتمال أن توصي صديقًا أو زميلًا بنا؟",
        low: "غير محتمل إطلاقًا",
        high: "محتمل للغاية",
        follow_up: ["ما أكثر ما أعجبك؟", "ما الذي كان يمكن أن يكون أفضل؟", "ما الذي خيّب أملك؟"],
    },
    csat: Question {
        question: "ما مدى رضاك عن هذه الصفحة؟",
        low: "عدم رضا تام",
        high: "رضا تام",
        follow_up: ["ما الذي أعجبك؟", "ما الذي يمكن تحسينه؟", "ما الذي لم يسر على ما يرام؟"],
    },
    ces: Question {
        question: "سهّل عليّ هذا الموقع إنجاز ما جئت من أجله.",
        low: "أعارض بشدة",
        high: "أوافق بشدة",
        follow_up: ["ما الذي سهّل الأمر؟", "ما الذي قد يجعل الأمر أسهل؟", "ما الذي صعّب الأمر؟"],
    },
};
