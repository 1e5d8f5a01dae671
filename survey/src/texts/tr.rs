//! Turkish, with siz.

use super::{Question, Texts};

pub(super) static TEXTS: Texts = Texts {
    locale: "tr",
    close: "Kapat",
    send: "Gönder",
    skip: "Hayır, teşekkürler",
    thanks: "Teşekkürler. Yanıtınız bize yardımcı oluyor.",
    back: "Geri",
    next: "İleri",
    reason: "Bunun başlıca nedeni nedir?",
    reasons: "Bunun nedenleri nelerdir?",
    all_that_apply: "Uygun olanların tümünü seçin.",
    feedback: "Geri bildirim",
    step: "{at}. adım, toplam {of}",
    already: "Bunu zaten yanıtladınız. Teşekkürler.",
    closed: "Bu anket kapandı.",
    failed: "Olmadı. Lütfen tekrar deneyin.",
    needs_script: "Bu sayfa insan olduğunuzu denetliyor. Yanıtınızı göndermek için JavaScript’i açın.",
    choose: "Lütfen bir yanıt seçin.",
    agree: "Yanıtımın saklanmasını kabul ediyorum.",
    no_consent: "Onayınız olmadan hiçbir şey saklanmaz.",
    new_tab: "yeni sekmede açılır",
    up: "Başparmak yukarı",
    down: "Başparmak aşağı",
    saved: "Yanıtınız kaydedildi.",
    send_answer: "Yanıtı gönder",
    nps: Question {
        question: "Bizi bir arkadaşınıza veya iş arkadaşınıza tavsiye etme olasılığınız nedir?",
        low: "Hiç olası değil",
        high: "Son derece olası",
        follow_up: [
            "En çok neyi beğendiniz?",
            "Neler daha iyi olabilirdi?",
            "Sizi ne hayal kırıklığına uğrattı?",
        ],
    },
    csat: Question {
        question: "Bu sayfadan ne kadar memnunsunuz?",
        low: "Hiç memnun değilim",
        high: "Çok memnunum",
        follow_up: ["Neyi beğendiniz?", "Neler daha iyi olabilir?", "Sorun neydi?"],
    },
    ces: Question {
        question: "Bu site, yapmak istediğimi kolayca yapmamı sağladı.",
        low: "Kesinlikle katılmıyorum",
        high: "Kesinlikle katılıyorum",
        follow_up: [
            "İşinizi ne kolaylaştırdı?",
            "İşinizi başka ne kolaylaştırırdı?",
            "İşinizi ne zorlaştırdı?",
        ],
    },
};
