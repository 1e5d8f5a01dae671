//! Collects what could not be had, so that the user sees all of it at once.

use anyhow::{Error, Result, anyhow};

#[derive(Default)]
pub(super) struct Problems(Vec<Error>);

impl Problems {
    /// The value, or `None` with the error noted.
    pub(super) fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    pub(super) fn check(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }

    pub(super) fn into_error(self) -> Error {
        let text: Vec<String> = self.0.iter().map(|error| format!("{error:#}")).collect();
        anyhow!("{}", text.join("\n\n"))
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn every_problem_is_told() {
        let mut problems = Problems::default();
        assert_eq!(problems.keep(Ok(1)), Some(1));
        assert_eq!(problems.keep::<()>(Err(anyhow!("no node"))), None);
        assert_eq!(problems.keep::<()>((|| bail!("no rustc"))()), None);
        assert_eq!(problems.check().unwrap_err().to_string(), "no node\n\nno rustc");
    }
}
