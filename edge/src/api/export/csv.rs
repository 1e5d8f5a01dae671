//! CSV as RFC 4180 has it: CRLF, and quotes where needed.

use sondeo_survey::export::{COLUMNS, LOCAL_COLUMNS, Record, attribute_column, inert};

/// What tells some spreadsheets that a file is UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const LINE_END: &[u8] = b"\r\n";

/// How the first line begins: the columns of every export, and those of a zone.
pub(super) fn header(has_zone: bool, to: &mut Vec<u8>) {
    let local = LOCAL_COLUMNS.into_iter().filter(|_| has_zone);
    cells(to, |cell| COLUMNS.into_iter().chain(local).for_each(cell));
}

/// How it ends: a column for each attribute.
pub(super) fn attributes(names: &[String], to: &mut Vec<u8>) {
    for name in names {
        to.push(b',');
        write(&inert(&attribute_column(name)), to);
    }
    to.extend_from_slice(LINE_END);
}

/// A line for a record.
pub(super) fn row(record: &Record<'_>, attributes: &[String], to: &mut Vec<u8>) {
    cells(to, |cell| record.cells(attributes, cell));
    to.extend_from_slice(LINE_END);
}

fn cells(to: &mut Vec<u8>, cells: impl FnOnce(&mut dyn FnMut(&str))) {
    let start = to.len();
    cells(&mut |text| {
        if to.len() > start {
            to.push(b',');
        }
        write(text, to);
    });
}

fn write(text: &str, to: &mut Vec<u8>) {
    if text.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n')) {
        to.push(b'"');
        for byte in text.bytes() {
            if byte == b'"' {
                to.push(b'"');
            }
            to.push(byte);
        }
        to.push(b'"');
    } else {
        to.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_pinned() {
        let mut header = Vec::new();
        super::header(true, &mut header);
        attributes(&["a,b".into(), "plan".into()], &mut header);
        assert_eq!(
            String::from_utf8(header).unwrap(),
            "response_id,survey,survey_version,metric,scale_min,scale_max,score,segment,comment,reasons,complete,\
             received_at,updated_at,locale,device,page_path,touchpoint,order_id,order_value,order_currency,respondent,\
             verified,consent_status,consent_source,gpc,flags,handled_at,revision,received_at_local,updated_at_local,\
             \"attr_a,b\",attr_plan\r\n"
        );
    }

    #[test]
    fn quotes_are_where_they_are_needed() {
        let mut to = Vec::new();
        cells(&mut to, |cell| ["a", "", "b\"c", "d,e", "f\ng", "h\ri", " ;'"].into_iter().for_each(cell));
        assert_eq!(String::from_utf8(to).unwrap(), "a,,\"b\"\"c\",\"d,e\",\"f\ng\",\"h\ri\", ;'");
    }
}
