//! How many bytes travel, and how many may.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use crate::setup::StdKind;
use crate::{build, paths};

/// Bytes as they are and as they travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Uncompressed.
    pub raw: usize,
    /// Compressed: brotli for the browser's files, gzip for the Worker.
    pub compressed: usize,
}

/// The sizes of what was built last.
pub struct Sizes {
    files: Vec<(&'static str, Size)>,
    worker: Size,
    std: StdKind,
}

/// A limit in bytes. KB are 1,000 bytes.
struct Budget {
    what: &'static str,
    is: usize,
    limit: usize,
}

impl Sizes {
    /// Measures the folders that the build wrote.
    pub fn measure() -> Result<Self> {
        let dist = paths::widget_dist();
        let files = build::WIDGET_FILES
            .into_iter()
            .map(|name| {
                let size = Size {
                    raw: length(&dist.join(name))?,
                    compressed: length(&dist.join(format!("{name}.br")))?,
                };
                Ok((name, size))
            })
            .collect::<Result<_>>()?;
        let manifest: Value = serde_json::from_slice(&fs::read(dist.join("manifest.json"))?)?;
        let std = if manifest["std"] == "rebuilt" { StdKind::Rebuilt } else { StdKind::Stock };
        let worker = total(
            ["index.js", "index_bg.wasm"].into_iter().map(|name| gzipped(&paths::edge_dist().join(name))),
        )?;
        Ok(Self { files, worker, std })
    }

    /// What one survey takes to show, answer and send.
    #[must_use]
    pub fn total(&self) -> Size {
        self.files.iter().fold(Size::default(), |sum, (_, size)| sum.plus(*size))
    }

    /// `{file: {raw, brotli}, …, "total": {…}, "worker": {raw, gzip}}`
    #[must_use]
    pub fn json(&self) -> Value {
        let brotli = |size: Size| json!({ "raw": size.raw, "brotli": size.compressed });
        let mut all: Map<String, Value> =
            self.files.iter().map(|(name, size)| ((*name).to_owned(), brotli(*size))).collect();
        all.insert("total".to_owned(), brotli(self.total()));
        all.insert("worker".to_owned(), json!({ "raw": self.worker.raw, "gzip": self.worker.compressed }));
        Value::Object(all)
    }

    /// The same for people.
    #[must_use]
    pub fn table(&self) -> String {
        let line = |name: &str, raw: &str, compressed: &str| format!("{name:<12}{raw:>10}{compressed:>12}");
        let row = |name: &str, size: Size| line(name, &size.raw.to_string(), &size.compressed.to_string());
        let mut lines = vec![line("file", "raw", "brotli")];
        lines.extend(self.files.iter().map(|(name, size)| row(name, *size)));
        lines.extend([
            row("total", self.total()),
            String::new(),
            line("", "raw", "gzip"),
            row("worker", self.worker),
        ]);
        let std = match self.std {
            StdKind::Rebuilt => "The widget has the standard library rebuilt for size.",
            StdKind::Stock => "The widget has the stock standard library: add `rust-src` for a smaller one.",
        };
        lines.extend([String::new(), std.to_owned(), String::new()]);
        lines.join("\n")
    }

    /// Fails when anything is over its budget, and says by how much.
    pub fn check(&self) -> Result<()> {
        let over: Vec<String> = self
            .budgets()
            .into_iter()
            .filter(|budget| budget.is > budget.limit)
            .map(|Budget { what, is, limit }| format!("{what}: {is} bytes, {} over {limit}", is - limit))
            .collect();
        if !over.is_empty() {
            bail!("over budget\n{}", over.join("\n"));
        }
        Ok(())
    }

    fn budgets(&self) -> [Budget; 3] {
        let loader =
            self.files.iter().find(|(name, _)| *name == "loader.js").map_or(0, |(_, size)| size.compressed);
        let limit = if self.std == StdKind::Rebuilt { 18_000 } else { 22_000 };
        [
            Budget { what: "loader.js, brotli", is: loader, limit: 2_000 },
            Budget { what: "loader, glue and Wasm, brotli", is: self.total().compressed, limit },
            Budget { what: "the Worker, gzip", is: self.worker.compressed, limit: 900_000 },
        ]
    }
}

impl Size {
    fn plus(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, compressed: self.compressed + other.compressed }
    }
}

fn total(sizes: impl Iterator<Item = Result<Size>>) -> Result<Size> {
    sizes.into_iter().try_fold(Size::default(), |sum, size| Ok(sum.plus(size?)))
}

fn length(file: &Path) -> Result<usize> {
    Ok(read(file)?.len())
}

fn gzipped(file: &Path) -> Result<Size> {
    let content = read(file)?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&content)?;
    Ok(Size { raw: content.len(), compressed: encoder.finish()?.len() })
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}: `cargo xtask build` makes it", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(loader: usize, wasm: usize, worker: usize, std: StdKind) -> Sizes {
        let size = |compressed| Size { raw: compressed * 2, compressed };
        let files = vec![("loader.js", size(loader)), ("card.js", size(1_000)), ("card.wasm", size(wasm))];
        Sizes { files, worker: size(worker), std }
    }

    #[test]
    fn the_total_counts_everything_that_the_browser_loads() {
        let sizes = sizes(2_000, 15_000, 900_000, StdKind::Rebuilt);
        assert_eq!(sizes.total(), Size { raw: 36_000, compressed: 18_000 });
        assert_eq!(sizes.json()["total"], json!({ "raw": 36_000, "brotli": 18_000 }));
        assert_eq!(sizes.json()["worker"], json!({ "raw": 1_800_000, "gzip": 900_000 }));
        sizes.check().unwrap();
    }

    #[test]
    fn one_byte_over_fails() {
        let message = |sizes: Sizes| sizes.check().unwrap_err().to_string();
        assert!(
            message(sizes(2_001, 1_000, 1, StdKind::Rebuilt))
                .contains("loader.js, brotli: 2001 bytes, 1 over")
        );
        assert!(message(sizes(2_000, 15_001, 1, StdKind::Rebuilt)).contains("1 over 18000"));
        assert!(message(sizes(2_000, 19_001, 1, StdKind::Stock)).contains("1 over 22000"));
        assert!(message(sizes(1, 1, 900_001, StdKind::Stock)).contains("the Worker"));
        sizes(2_000, 19_000, 1, StdKind::Stock).check().unwrap();
    }
}
