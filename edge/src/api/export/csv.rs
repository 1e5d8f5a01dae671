//! CSV as RFC 4180 has it: CRLF, and quotes where needed.

use sondeo_survey::export::{COLUMNS, LOCAL_COLUMNS, Record, attribute_column, inert};

/// What tells some spreadsheets that a file is UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The first line: the columns of every export, those of a zone, then one for each attribute.
pub(super) fn header(attributes: &[String], has_zone: bool, to: &mut Vec<u8>) {
    let attributes = attributes.iter().map(|name| inert(&attribute_column(name)).into_owned());
    let local = LOCAL_COLUMNS.into_iter().filter(|_| has_zone);
    let names = COLUMNS.into_iter().chain(local).map(str::to_owned).chain(attributes);
    line(to, |cell| names.for_each(|name| cell(&name)));
}

/// A line for a record.
pub(super) fn row(record: &Record<'_>, attributes: &[String], to: &mut Vec<u8>) {
    line(to, |cell| record.cells(attributes, cell));
}

fn line(to: &mut Vec<u8>, cells: impl FnOnce(&mut dyn FnMut(&str))) {
    let start = to.len();
    cells(&mut |text| {
        if to.len() > start {
            to.push(b',');
        }
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
    });
    to.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_pinned() {
        let mut header = Vec::new();
        super::header(&["a,b".into(), "plan".into()], true, &mut header);
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
        line(&mut to, |cell| ["a", "", "b\"c", "d,e", "f\ng", "h\ri", " ;'"].into_iter().for_each(cell));
        assert_eq!(String::from_utf8(to).unwrap(), "a,,\"b\"\"c\",\"d,e\",\"f\ng\",\"h\ri\", ;'\r\n");
    }
}
