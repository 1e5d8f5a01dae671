//! Numbers and times as the reader's language writes them: by the runtime's `Intl`, which has every language and every zone.

use crate::clock;
use std::cell::OnceCell;
use worker::js_sys::{Array, Function, Object, Reflect, global};
use worker::wasm_bindgen::{JsCast, JsValue};

/// Formats for one language and one time zone, each made when it is first used.
pub(crate) struct Format {
    locale: &'static str,
    zone: String,
    numbers: [OnceCell<Option<Function>>; 3],
    percent: OnceCell<Option<Function>>,
    moment: OnceCell<Option<Function>>,
    day: OnceCell<Option<Function>>,
    units: [OnceCell<Option<Function>>; 3],
}

/// Units of [`Format::duration`], the longest first: each from twice its own length on.
const UNITS: [(&str, i64); 3] = [("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000)];

impl Format {
    /// In the site's zone, in which its days begin; a zone that there is not is UTC.
    pub(super) fn new(locale: &'static str, zone: &str) -> Self {
        let is_known = make("DateTimeFormat", locale, &[("timeZone", zone.into())]).is_some();
        let zone = if is_known { zone.to_owned() } else { "UTC".into() };
        let (percent, moment, day) = Default::default();
        let (numbers, units) = Default::default();
        Self { locale, zone, numbers, percent, moment, day, units }
    }

    /// A number with so many decimals; two at most.
    pub(crate) fn number(&self, number: f64, decimals: usize) -> String {
        let digits = JsValue::from(u32::try_from(decimals).unwrap_or_default());
        let options = [("minimumFractionDigits", digits.clone()), ("maximumFractionDigits", digits)];
        let made = self
            .numbers
            .get(decimals)
            .map(|kept| kept.get_or_init(|| make("NumberFormat", self.locale, &options)));
        // No number is "-0".
        let number = if number.abs() * 2.0 < 0.1_f64.powi(i32::try_from(decimals).unwrap_or(0)) {
            0.0
        } else {
            number
        };
        let written =
            write(made.and_then(Option::as_ref), number).unwrap_or_else(|| format!("{number:.decimals$}"));
        // Intl writes a hyphen.
        written.replacen('-', "\u{2212}", 1)
    }

    /// A count.
    pub(crate) fn count(&self, count: u64) -> String {
        #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        self.number(count as f64, 0)
    }

    /// A count of something that is small.
    pub(crate) fn number_of(&self, count: i64) -> String {
        self.count(count.unsigned_abs())
    }

    /// A share from 0 to 1, in whole percent.
    pub(crate) fn percent(&self, share: f64) -> String {
        let made =
            self.percent.get_or_init(|| make("NumberFormat", self.locale, &[("style", "percent".into())]));
        write(made.as_ref(), share).unwrap_or_else(|| format!("{:.0} %", share * 100.0))
    }

    /// Day and minute of a moment, in milliseconds since 1970.
    pub(crate) fn moment(&self, millis: i64) -> String {
        self.time(&self.moment, millis, &[("dateStyle", "medium".into()), ("timeStyle", "short".into())])
    }

    /// A day of a calendar, which is the same everywhere: by its midnight in UTC.
    pub(crate) fn day(&self, millis: i64) -> String {
        let options = [("dateStyle", "medium".into()), ("timeZone", "UTC".into())];
        let made = self.day.get_or_init(|| make("DateTimeFormat", self.locale, &options));
        #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        write(made.as_ref(), millis as f64).unwrap_or_else(|| clock::rfc3339(millis))
    }

    /// How long something took, in whole days, hours or minutes.
    pub(crate) fn duration(&self, millis: i64) -> String {
        let longest = UNITS.iter().position(|(_, length)| millis >= 2 * length).unwrap_or(2);
        let (unit, length) = UNITS.get(longest).copied().unwrap_or(("minute", 60_000));
        let options =
            [("style", "unit".into()), ("unit", unit.into()), ("unitDisplay", JsValue::from("long"))];
        let made = self
            .units
            .get(longest)
            .map(|kept| kept.get_or_init(|| make("NumberFormat", self.locale, &options)));
        #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        let count = millis.max(0).div_euclid(length) as f64;
        write(made.and_then(Option::as_ref), count).unwrap_or_else(|| format!("{count} {unit}"))
    }

    /// An amount of money, from exact decimal text.
    pub(crate) fn money(&self, amount: &str, currency: Option<&str>) -> String {
        let options = currency.map(|code| [("style", "currency".into()), ("currency", code.into())]);
        let options = options.as_ref().map_or(&[][..], |options| options);
        let written = make("NumberFormat", self.locale, options)
            .and_then(|format| format.call1(&JsValue::UNDEFINED, &amount.into()).ok()?.as_string());
        written.unwrap_or_else(|| amount.to_owned())
    }

    fn time(&self, kept: &OnceCell<Option<Function>>, millis: i64, options: &[(&str, JsValue)]) -> String {
        let made = kept.get_or_init(|| {
            let zone = ("timeZone", JsValue::from(self.zone.as_str()));
            make("DateTimeFormat", self.locale, &[options, &[zone]].concat())
        });
        #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        let written = write(made.as_ref(), millis as f64);
        written.unwrap_or_else(|| clock::rfc3339(millis))
    }
}

/// The `format` of a new `Intl[kind]`; none where it takes the options for wrong.
fn make(kind: &str, locale: &str, options: &[(&str, JsValue)]) -> Option<Function> {
    let intl = Reflect::get(&global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &kind.into()).ok()?.dyn_into().ok()?;
    let object = Object::new();
    for (name, value) in options {
        Reflect::set(&object, &(*name).into(), value).ok()?;
    }
    let made = Reflect::construct(&class, &Array::of2(&locale.into(), &object)).ok()?;
    Reflect::get(&made, &"format".into()).ok()?.dyn_into().ok()
}

fn write(format: Option<&Function>, number: f64) -> Option<String> {
    format?.call1(&JsValue::UNDEFINED, &number.into()).ok()?.as_string()
}
