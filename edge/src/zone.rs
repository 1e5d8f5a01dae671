//! Time zones by the rules that the runtime knows.

use worker::js_sys::{Array, Function, Object, Reflect, global};
use worker::wasm_bindgen::{JsCast, JsValue};

/// A zone of the IANA database, such as `Europe/Madrid`.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    /// Of an `Intl.DateTimeFormat`.
    format: Function,
}

impl Zone {
    /// None where the runtime knows no such zone.
    pub(crate) fn named(name: &str) -> Option<Self> {
        // Offsets such as `+01:00` are taken by some platforms: they are no zones, as they have no rules.
        if name.starts_with(['+', '-']) {
            return None;
        }
        let options = Object::new();
        for (option, value) in [("timeZone", name), ("timeZoneName", "longOffset")] {
            Reflect::set(&options, &option.into(), &value.into()).ok()?;
        }
        let intl = Reflect::get(&global(), &"Intl".into()).ok()?;
        let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
        // It throws where it does not know the zone.
        let arguments = Array::of2(&"en".into(), &options);
        let formatter = Reflect::construct(&constructor, &arguments).ok()?;
        let format = Reflect::get(&formatter, &"format".into()).ok()?.dyn_into().ok()?;
        Some(Self { format })
    }

    /// How far its clocks are ahead of UTC at a moment, in milliseconds.
    pub(crate) fn offset(&self, at: i64) -> i64 {
        #[allow(clippy::cast_precision_loss, reason = "a time is far below 2^53")]
        let said = self.format.call1(&JsValue::NULL, &JsValue::from_f64(at as f64)).ok();
        said.and_then(|said| minutes(&said.as_string()?)).unwrap_or(0) * 60_000
    }
}

/// Of a date that ends in `GMT`, `GMT+05:30` or `GMT-08:00`.
fn minutes(date: &str) -> Option<i64> {
    let (_, offset) = date.rsplit_once("GMT")?;
    if offset.is_empty() {
        return Some(0);
    }
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    // Old offsets have seconds.
    let minutes = minutes.get(..2)?.parse::<i64>().ok()? + 60 * hours.parse::<i64>().ok()?;
    Some(if offset.starts_with('-') { -minutes } else { minutes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read() {
        for (date, expected) in [
            ("11/22/2026, GMT", Some(0)),
            ("11/22/2026, GMT+05:30", Some(330)),
            ("11/22/2026, GMT-08:00", Some(-480)),
            ("1/1/1880, GMT-00:14:44", Some(-14)),
            ("11/22/2026", None),
        ] {
            assert_eq!(minutes(date), expected, "{date}");
        }
    }
}
