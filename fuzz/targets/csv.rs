//! Rows of an export: a reader of CSV gets the cells back, and no cell of a visitor's is a formula to a spreadsheet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sondeo_survey::export::{COLUMNS, Record, Text};

type Texts = (Option<String>, Option<String>, Option<String>, Vec<String>, String);

fuzz_target!(|texts: Texts| {
    let (comment, page_path, order_id, reasons, attribute) = texts;
    let record = Record {
        comment: comment.map(Text::from),
        page_path: page_path.map(Text::from),
        order_id: order_id.map(Text::from),
        reasons: reasons.into_iter().map(Text::from).collect(),
        attributes: [("a".into(), attribute.into())].into(),
        ..Record::example()
    };
    let mut cells = Vec::new();
    record.cells(&["a".to_owned(), "b".to_owned()], |cell| cells.push(cell.to_owned()));
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
    assert!(rows[0].iter().eq(cells.iter().map(String::as_str)));
});
