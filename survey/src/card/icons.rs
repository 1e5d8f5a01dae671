//! The drawings of scales: one stroke each, in a square of 32. They travel with the text of the cards that have them.

use crate::look::Look;
use crate::metric::Scale;

const STAR: &str = "M16 4l3.7 7.6 8.3 1.2-6 5.9 1.4 8.3-7.4-3.9L8.6 27 10 18.7l-6-5.9 8.3-1.2z";
const THUMB_DOWN: &str = "M10 18l5 9.5c2.2 0 3.4-1.6 3-3.6l-.8-4.4H25a2.5 2.5 0 0 0 2.4-3l-1.8-8.5a2.5 2.5 0 0 0-2.4-2H10zM10 18H5V6h5";
const THUMB_UP: &str = "M10 14l5-9.5c2.2 0 3.4 1.6 3 3.6l-.8 4.4H25a2.5 2.5 0 0 1 2.4 3l-1.8 8.5a2.5 2.5 0 0 1-2.4 2H10zM10 14H5v12h5";
/// Eyes and mouths from sad to glad, so different that nobody needs colours to tell them apart.
const FACES: [&str; 5] = [
    "M11 12l2.5 1.5M21 12l-2.5 1.5M11 22q5-6 10 0",
    "M12 12.5v1M20 12.5v1M11.5 21.5q4.5-3 9 0",
    "M12 12.5v1M20 12.5v1M11.5 20.5h9",
    "M12 12.5v1M20 12.5v1M11.5 19.5q4.5 3.5 9 0",
    "M12 12v1.5M20 12v1.5M10.5 18.5h11q-.8 5.5-5.5 5.5t-5.5-5.5z",
];

/// The path of each score's drawing, from the lowest; none where the look is numbers.
#[must_use]
pub fn of(look: Look, scale: Scale) -> Vec<String> {
    let scores = scale.min..=scale.max;
    match look {
        Look::Numbers => Vec::new(),
        Look::Stars => scores.map(|_| STAR.to_owned()).collect(),
        Look::Thumbs => vec![THUMB_DOWN.to_owned(), THUMB_UP.to_owned()],
        Look::Smileys => {
            // Of three faces, none weeps and none laughs.
            let faces = FACES.iter().skip(usize::from(scale.max == 3)).take(scores.count());
            faces.map(|face| format!("M4 16a12 12 0 1 0 24 0a12 12 0 1 0-24 0{face}")).collect()
        }
    }
}
