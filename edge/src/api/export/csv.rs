//! CSV as RFC 4180 has it: a header, CRLF, quotes where needed.

use crate::problem::Problem;
use ::csv::{Terminator, Writer, WriterBuilder};
use sondeo_survey::export::{COLUMNS, Record, attribute_column, inert};

/// The first line: the columns of every export, then one for each attribute.
pub(super) fn header(attributes: &[String]) -> Result<Vec<u8>, Problem> {
    let mut line = Vec::new();
    let mut writer = writer(&mut line);
    let attributes = attributes.iter().map(|name| inert(&attribute_column(name)).into_owned());
    let cells = COLUMNS.into_iter().map(str::to_owned).chain(attributes);
    writer.write_record(cells).and_then(|()| Ok(writer.flush()?)).map_err(|error| failed(&error))?;
    drop(writer);
    Ok(line)
}

/// A line for each record.
pub(super) fn rows(chunk: &mut Vec<u8>, records: &[Record], attributes: &[String]) -> Result<(), Problem> {
    let mut writer = writer(chunk);
    for record in records {
        let cells = record.cells(attributes);
        writer.write_record(cells.iter().map(|cell| cell.as_bytes())).map_err(|error| failed(&error))?;
    }
    writer.flush().map_err(|error| failed(&error.into()))
}

fn writer(to: &mut Vec<u8>) -> Writer<&mut Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(to)
}

fn failed(error: &::csv::Error) -> Problem {
    Problem::Internal(format!("CSV: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_pinned() {
        let line = header(&["a,b".into(), "plan".into()]).unwrap();
        assert_eq!(
            String::from_utf8(line).unwrap(),
            "response_id,survey,survey_version,metric,scale_min,scale_max,score,segment,comment,reasons,complete,\
             received_at,updated_at,locale,device,page_path,touchpoint,order_id,order_value,order_currency,respondent,\
             verified,consent_status,consent_source,gpc,flags,handled_at,revision,\"attr_a,b\",attr_plan\r\n"
        );
    }
}
