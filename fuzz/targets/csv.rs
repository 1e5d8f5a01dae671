//! Rows of an export: a reader of CSV gets the cells back, and no cell of a visitor's is a formula to a spreadsheet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sondeo_survey::export::{COLUMNS, Record};
use sondeo_survey::metric::{Metric, Scale};

type Texts = (Option<String>, Option<String>, Option<String>, Vec<String>, String);

fuzz_target!(|texts: Texts| {
    let (comment, page_path, order_id, reasons, attribute) = texts;
    let scale = Scale { min: 0, max: 10 };
    let record = Record {
        response_id: "0193a7c2-7b1e-7c4e-9d0a-3f5b2c1d4e6f".into(),
        survey: "nps".into(),
        survey_version: Some(1),
        metric: Metric::Nps,
        scale_min: scale.min,
        scale_max: scale.max,
        score: 9,
        segment: Record::segment_of(Metric::Nps, scale, 9),
        comment,
        reasons,
        complete: true,
        received_at: "2026-01-31T10:00:00.000Z".into(),
        updated_at: "2026-01-31T10:00:00.000Z".into(),
        locale: None,
        device: None,
        page_path,
        touchpoint: None,
        order_id,
        order_value: Some("-1.00".into()),
        order_currency: Some("EUR".into()),
        respondent: None,
        verified: false,
        consent_status: "granted".into(),
        consent_source: "site".into(),
        gpc: false,
        flags: Vec::new(),
        handled_at: None,
        revision: 1,
        attributes: [("a".to_owned(), attribute)].into(),
    };
    let cells = record.cells(&["a".to_owned(), "b".to_owned()]);
    assert_eq!(cells.len(), COLUMNS.len() + 2);
    for (at, cell) in cells.iter().enumerate() {
        let is_amount = COLUMNS.get(at) == Some(&"order_value");
        assert!(is_amount || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
    }
    let mut text = Vec::new();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut text);
    writer.write_record(cells.iter().map(|cell| cell.as_bytes())).unwrap();
    writer.flush().unwrap();
    drop(writer);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].iter().eq(cells.iter().map(AsRef::as_ref)));
});
