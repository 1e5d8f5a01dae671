//! How a site's cards look: the owner's wishes, made legible.

use crate::json::Node;
use crate::limits;
use serde::Serialize;

/// How the card looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Theme {
    /// The one accent, `#rrggbb`.
    pub accent: String,
    /// Of the card's corners, in CSS pixels.
    pub radius: u8,
    /// A CSS list of font families, before the system's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub font: Option<String>,
    /// The corner of the window.
    pub position: Position,
    /// Address of a picture that stands over the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
}

/// A corner of the window. `End` is the right one where people read from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "named for what they are")]
pub enum Position {
    #[default]
    BottomEnd,
    BottomStart,
    TopEnd,
    TopStart,
}

impl Position {
    /// Every position with its name on the wire.
    pub const NAMES: [(&'static str, Position); 4] = [
        ("bottom-end", Position::BottomEnd),
        ("bottom-start", Position::BottomStart),
        ("top-end", Position::TopEnd),
        ("top-start", Position::TopStart),
    ];
}

/// Ink blue: 7.0 to 1 on white.
const ACCENT: &str = "#1d4ed8";
/// Corners of the card, in CSS pixels; more than 24 cuts into a row of eleven cells.
const RADIUS: u8 = 14;
const RADIUS_MOST: u64 = 24;
/// The card's own fonts: none to load, none that looks foreign on the device.
const FONT: &str = "system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif";
/// The paper of card.css, light and dark.
const PAPER: [Rgb; 2] = [[255.0; 3], [30.0, 31.0, 35.0]];
/// Least contrast of text (WCAG 2.2, 1.4.3, level AA).
const AA: f64 = 4.5;

type Rgb = [f64; 3];

impl Default for Theme {
    fn default() -> Self {
        Self { accent: ACCENT.into(), radius: RADIUS, font: None, position: Position::default(), logo: None }
    }
}

impl Theme {
    /// The colour of text on the accent: ink or paper, whichever has more contrast. One of the two always reaches
    /// 4.5 to 1.
    #[must_use]
    pub fn on_accent(&self) -> &'static str {
        let accent = parse(&self.accent);
        if contrast(accent, [255.0; 3]) >= contrast(accent, [0.0; 3]) { "#fff" } else { "#000" }
    }

    /// The accent where it is itself text or a line on the card's paper, light and dark: mixed with ink or with white
    /// in steps of a twentieth until it reaches 4.5 to 1.
    #[must_use]
    pub fn on_paper(&self) -> [String; 2] {
        let accent = parse(&self.accent);
        let legible = |paper: Rgb, towards: f64| {
            let mixed = (0..=20).map(|step| {
                let share = f64::from(step) / 20.0;
                accent.map(|channel| (channel + (towards - channel) * share).round())
            });
            let found = mixed.clone().find(|colour| contrast(*colour, paper) >= AA);
            write(found.unwrap_or([towards; 3]))
        };
        let [light, dark] = PAPER;
        [legible(light, 0.0), legible(dark, 255.0)]
    }

    /// CSS declarations for the card. A page may override the custom properties that are documented.
    #[must_use]
    pub fn style(&self, is_right_to_left: bool) -> String {
        let (accent, on, radius) = (&self.accent, self.on_accent(), self.radius);
        let [light, dark] = self.on_paper();
        let font = self.font.as_ref().map_or_else(|| FONT.to_owned(), |font| format!("{font},{FONT}"));
        let end = matches!(self.position, Position::BottomEnd | Position::TopEnd);
        let (right, left) = if end == is_right_to_left { ("auto", "16px") } else { ("16px", "auto") };
        let (top, bottom) = match self.position {
            Position::BottomEnd | Position::BottomStart => ("auto", "16px"),
            Position::TopEnd | Position::TopStart => ("16px", "auto"),
        };
        format!(
            "--accent:var(--sondeo-accent,{accent});--on:var(--sondeo-on-accent,{on});--light:{light};--dark:{dark};\
             --radius:var(--sondeo-radius,{radius}px);--font:var(--sondeo-font,{font});\
             inset:{top} {right} {bottom} {left}"
        )
    }
}

/// Reads a theme that may be absent.
pub(crate) fn read(node: &Node<'_>) -> Theme {
    if node.is_absent() || !node.is_object() {
        return Theme::default();
    }
    let accent = node.get("accent").parsed(
        |text| is_colour(text).then(|| text.to_ascii_lowercase()),
        "must be a colour such as #1d4ed8",
    );
    let radius = node.get("radius").integer(0..=RADIUS_MOST).and_then(|radius| u8::try_from(radius).ok());
    let font = node.get("font").parsed(
        |text| is_font(text).then(|| text.trim().to_owned()),
        "must be a list of font families such as Inter, \"Source Sans 3\": letters, digits, spaces and '-', in quotes where a word begins with a digit",
    );
    let position = node.get("position").one_of(&Position::NAMES);
    let logo = node.get("logo").parsed(
        |text| is_address(text).then(|| text.to_owned()),
        "must be an address that begins with https://, of at most 300 characters, without spaces",
    );
    Theme {
        accent: accent.unwrap_or_else(|| ACCENT.into()),
        radius: radius.unwrap_or(RADIUS),
        font,
        position: position.unwrap_or_default(),
        logo,
    }
}

/// Only https: what every visitor is led to or loads must not leave the secure web, or be a script.
pub(crate) fn is_address(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
        && text.chars().count() <= limits::PATH
        && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

fn is_colour(text: &str) -> bool {
    text.len() == 7 && text.strip_prefix('#').is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A list of families that stays one whatever follows it, and cannot leave a CSS declaration.
fn is_font(text: &str) -> bool {
    text.chars().count() <= limits::WORDING && text.split(',').all(|item| is_family(item.trim()))
}

/// A quoted name, or words that CSS takes for identifiers: one that begins with a digit spoils the whole list.
fn is_family(item: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || c == ' ' || c == '-';
    let quoted = item.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_word = |word: &str| word.trim_start_matches('-').starts_with(|c: char| !c.is_ascii_digit());
    let mut words = item.split(' ').filter(|word| !word.is_empty());
    let name = quoted.unwrap_or(item);
    !name.trim().is_empty() && name.chars().all(fits) && (quoted.is_some() || words.all(is_word))
}

fn parse(hex: &str) -> Rgb {
    [1, 3, 5].map(|at| {
        let byte = hex.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        f64::from(byte.unwrap_or(0))
    })
}

fn write(colour: Rgb) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, from 0 to 255")]
    let [r, g, b] = colour.map(|channel| channel as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// WCAG 2.2's contrast ratio of two colours, 1 to 21.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG 2.2's relative luminance, 0 to 1.
fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = colour.map(|channel| {
        let value = channel / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::read_document;
    use proptest::prelude::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        for (a, b, expected) in
            [("#ffffff", "#000000", 21.0), ("#1d4ed8", "#ffffff", 6.70), ("#777777", "#ffffff", 4.48)]
        {
            let got = contrast(parse(a), parse(b));
            assert!((got - expected).abs() < 0.01, "{a} on {b}: {got}");
        }
    }

    #[test]
    fn text_on_the_accent_is_legible() {
        for (accent, expected) in [
            ("#000000", "#fff"),
            ("#ffffff", "#000"),
            ("#b4532a", "#fff"),
            ("#ffd400", "#000"),
            ("#767676", "#000"),
        ] {
            assert_eq!(Theme { accent: accent.into(), ..Theme::default() }.on_accent(), expected, "{accent}");
        }
    }

    proptest! {
        #[test]
        fn text_is_legible_on_any_accent(r: u8, g: u8, b: u8) {
            let theme = Theme { accent: format!("#{r:02x}{g:02x}{b:02x}"), ..Theme::default() };
            let on = if theme.on_accent() == "#fff" { [255.0; 3] } else { [0.0; 3] };
            prop_assert!(contrast(parse(&theme.accent), on) >= AA);
            for (colour, paper) in theme.on_paper().iter().zip(PAPER) {
                prop_assert!(contrast(parse(colour), paper) >= AA, "{colour} of {}", theme.accent);
            }
        }
    }

    #[test]
    fn the_corner_follows_the_direction_of_reading() {
        for (position, is_right_to_left, expected) in [
            (Position::BottomEnd, false, "inset:auto 16px 16px auto"),
            (Position::BottomEnd, true, "inset:auto auto 16px 16px"),
            (Position::BottomStart, false, "inset:auto auto 16px 16px"),
            (Position::TopStart, true, "inset:16px 16px auto auto"),
        ] {
            let style = Theme { position, ..Theme::default() }.style(is_right_to_left);
            assert!(style.ends_with(expected), "{position:?} {style}");
        }
    }

    #[test]
    fn what_is_no_theme_is_told() {
        let text = r#"{"t": {"accent": "red", "radius": 25, "font": "x;} * {", "position": "left", "logo": "http://a.b/c.png"}}"#;
        let faults = read_document(text.as_bytes(), |node| Some(read(&node.get("t")))).unwrap_err();
        let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/t/accent", "/t/radius", "/t/font", "/t/position", "/t/logo"]);
        for (font, expected) in [
            ("Inter, \"Open Sans\"", true),
            ("Source Sans 3 , serif", false),
            ("\"Source Sans 3\",serif", true),
            ("Größe", true),
            ("a\"", false),
            ("a \"b\"", false),
            ("\"a\" \"b\"", false),
            ("\"\"", false),
            ("\"", false),
            ("url(x)", false),
            (" ", false),
            ("Inter,", false),
            (",", false),
            ("a,,b", false),
            ("3ds", false),
            ("-3", false),
            ("-", false),
        ] {
            assert_eq!(is_font(font), expected, "{font}");
        }
    }
}
