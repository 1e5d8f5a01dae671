//! What customers of a coffee roaster write, in the shop's three languages.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Happy,
    Content,
    Unhappy,
}

/// Comments for a survey in the language of `locale`.
pub(super) fn of(survey: &str, mood: Mood, locale: &str) -> &'static [&'static str] {
    let language = match locale.get(..2) {
        Some("es") => 1,
        Some("pt") => 2,
        _ => 0,
    };
    let all: &[[&[&str]; 3]; 3] = if survey == "help-article" { &HELP } else { &SHOP };
    all[mood as usize][language]
}

/// Rows are moods, columns English, Spanish and Brazilian Portuguese.
const SHOP: [[&[&str]; 3]; 3] = [
    [
        &[
            "Roasted on Monday, in my kitchen on Wednesday. Lovely.",
            "Best filter coffee I have had in years, and the checkout took a minute.",
            "Friendly notes on the bag, and the right grind for my moka pot.",
            "Second order already. The subscription reminder is just right.",
        ],
        &[
            "El café llegó recién tostado y huele de maravilla.",
            "Muy fácil de pedir y el envío fue rapidísimo.",
            "La molienda es perfecta para mi cafetera italiana.",
        ],
        &[
            "Café fresquíssimo, chegou antes do prazo.",
            "Comprei em um minuto e o aroma é incrível.",
            "A moagem ficou perfeita para o meu coador.",
        ],
    ],
    [
        &[
            "Good coffee. Shipping costs almost as much as one bag.",
            "I would like a smaller bag to try a new origin first.",
            "All fine, though I had to look for the delivery date.",
        ],
        &["Buen café, pero el envío es un poco caro.", "Me gustaría poder elegir la hora de entrega."],
        &["Café bom, mas o frete pesou no preço.", "Gostaria de um pacote menor para experimentar."],
    ],
    [
        &[
            "The bag arrived torn and half of it was in the box.",
            "Ordered whole beans, got ground. Nobody has answered my message yet.",
            "My card was declined twice and then charged twice.",
            "Six days late and no word from you.",
        ],
        &[
            "El paquete llegó abierto y nadie me contesta.",
            "Pedí en grano y me llegó molido.",
            "Tardó ocho días y el seguimiento no funcionaba.",
        ],
        &["O pacote chegou rasgado.", "Pedi em grãos e veio moído.", "Atrasou uma semana e ninguém avisou."],
    ],
];

/// See [`SHOP`].
const HELP: [[&[&str]; 3]; 3] = [
    [
        &["The pictures of the grind sizes made it clear.", "Two minutes and my espresso stopped choking."],
        &["Las fotos lo dejan clarísimo.", "En dos minutos lo tenía resuelto."],
        &["As fotos ajudaram muito.", "Resolvi em dois minutos."],
    ],
    [
        &["Please add the setting for an AeroPress.", "Good, but long to read on a phone."],
        &["Falta la cafetera AeroPress.", "Bien, pero largo para leer en el móvil."],
        &["Faltou falar da AeroPress.", "Bom, mas longo para ler no celular."],
    ],
    [
        &[
            "It never says what to do when the coffee is bitter.",
            "I have this grinder, and the numbers do not match it.",
        ],
        &["No explica qué hacer si sale amargo.", "Los números no coinciden con mi molinillo."],
        &["Não explica o que fazer quando fica amargo.", "Os números não batem com o meu moedor."],
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mood_has_something_to_say_in_every_language() {
        for survey in ["post-purchase", "product-page", "help-article"] {
            for mood in [Mood::Happy, Mood::Content, Mood::Unhappy] {
                let said = ["en-GB", "es-MX", "pt-BR"].map(|locale| of(survey, mood, locale));
                assert!(said.iter().all(|comments| comments.len() >= 2), "{survey} {mood:?}");
                assert!(said[0] != said[1] && said[1] != said[2]);
            }
        }
    }
}
