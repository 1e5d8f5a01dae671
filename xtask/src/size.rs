//! How many bytes travel, and how many may.

use std::collections::BTreeMap;
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
    /// The loader's core, without a survey or a part.
    core: Size,
    /// What each part adds to the core.
    parts: Vec<(String, Size)>,
    /// The core with every part.
    whole: Size,
    /// What is imported when it comes to that.
    rare: Vec<(&'static str, Size)>,
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
        let file = |name: &'static str| -> Result<(&'static str, Size)> {
            let size = Size {
                raw: length(&dist.join(name))?,
                compressed: length(&dist.join(format!("{name}.br")))?,
            };
            Ok((name, size))
        };
        let mut files = build::WIDGET_FILES.into_iter().map(file).collect::<Result<Vec<_>>>()?;
        let rare = build::RARE.into_iter().map(file).collect::<Result<_>>()?;
        let loader = String::from_utf8(read(&dist.join("loader.js"))?)?;
        let all: BTreeMap<String, String> = serde_json::from_slice(&read(&dist.join(build::PARTS))?)?;
        let core = composed(&loader, &mut all.iter().take(0))?;
        let parts = all.iter().map(|(name, code)| {
            let with = composed(&loader, &mut [(name, code)].into_iter())?;
            Ok((name.clone(), with.minus(core)))
        });
        let parts = parts.collect::<Result<_>>()?;
        let whole = composed(&loader, &mut all.iter())?;
        if let Some((_, loader)) = files.first_mut() {
            *loader = core;
        }
        let manifest: Value = serde_json::from_slice(&fs::read(dist.join("manifest.json"))?)?;
        let std = if manifest["std"] == "rebuilt" { StdKind::Rebuilt } else { StdKind::Stock };
        let worker = total(
            ["index.js", "index_bg.wasm"].into_iter().map(|name| gzipped(&paths::edge_dist().join(name))),
        )?;
        Ok(Self { files, core, parts, whole, rare, worker, std })
    }

    /// What one survey takes to show, answer and send.
    #[must_use]
    pub fn total(&self) -> Size {
        self.files.iter().fold(Size::default(), |sum, (_, size)| sum.plus(*size))
    }

    /// `{file: {raw, brotli}, …, "total": {…}, "parts": {…}, "whole": {…}, "rare": {…}, "worker": {raw, gzip}}`
    #[must_use]
    pub fn json(&self) -> Value {
        let brotli = |size: Size| json!({ "raw": size.raw, "brotli": size.compressed });
        let mut all: Map<String, Value> =
            self.files.iter().map(|(name, size)| ((*name).to_owned(), brotli(*size))).collect();
        all.insert("total".to_owned(), brotli(self.total()));
        let parts: Map<String, Value> =
            self.parts.iter().map(|(name, size)| (name.clone(), brotli(*size))).collect();
        let rare: Map<String, Value> =
            self.rare.iter().map(|(name, size)| ((*name).to_owned(), brotli(*size))).collect();
        all.insert("parts".to_owned(), Value::Object(parts));
        all.insert("whole".to_owned(), brotli(self.whole));
        all.insert("rare".to_owned(), Value::Object(rare));
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
        lines.extend([row("total", self.total()), String::new(), line("part", "", "adds")]);
        lines.extend(
            self.parts
                .iter()
                .map(|(name, size)| line(name, &size.raw.to_string(), &format!("+{}", size.compressed))),
        );
        lines.extend([row("core + all", self.whole), String::new(), line("on demand", "raw", "brotli")]);
        lines.extend(self.rare.iter().map(|(name, size)| row(name, *size)));
        lines.extend([String::new(), line("", "raw", "gzip"), row("worker", self.worker)]);
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

    fn budgets(&self) -> Vec<Budget> {
        let largest = self.parts.iter().map(|(_, size)| size.compressed).max().unwrap_or(0);
        let largest_file = self.rare.iter().map(|(_, size)| size.compressed).max().unwrap_or(0);
        // The complete widget, with every look and layout.
        let limit = if self.std == StdKind::Rebuilt { 24_000 } else { 28_000 };
        vec![
            Budget { what: "the loader's core, brotli", is: self.core.compressed, limit: 2_000 },
            Budget {
                what: "core and any one part, brotli",
                is: self.core.compressed + largest,
                limit: 2_500,
            },
            Budget { what: "core and all parts, brotli", is: self.whole.compressed, limit: 4_000 },
            Budget { what: "the largest file on demand, brotli", is: largest_file, limit: 3_000 },
            Budget { what: "loader, glue and Wasm, brotli", is: self.total().compressed, limit },
            Budget { what: "the Worker, gzip", is: self.worker.compressed, limit: 900_000 },
        ]
    }
}

impl Size {
    fn plus(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, compressed: self.compressed + other.compressed }
    }

    /// What is left; a part that compresses to nothing adds nothing.
    fn minus(self, other: Self) -> Self {
        Self {
            raw: self.raw.saturating_sub(other.raw),
            compressed: self.compressed.saturating_sub(other.compressed),
        }
    }
}

/// The loader as the Worker composes it, for a site without surveys.
fn composed(loader: &str, parts: &mut dyn Iterator<Item = (&String, &String)>) -> Result<Size> {
    let parts: Vec<String> = parts.map(|(name, code)| format!("{name}:{code}")).collect();
    let [config, place, import, fetch] = build::PLACEHOLDERS;
    let script = loader.replace(import, "import").replace(fetch, "fetch");
    let script = script.replace(config, "{}").replace(place, &format!("{{{}}}", parts.join(",")));
    Ok(Size { raw: script.len(), compressed: build::brotli(script.as_bytes())?.len() })
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
        let parts = vec![("click".to_owned(), size(500))];
        let rare = vec![("debug.js", size(400))];
        Sizes { files, core: size(loader), parts, whole: size(loader + 500), rare, worker: size(worker), std }
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
                .contains("the loader's core, brotli: 2001 bytes, 1 over")
        );
        assert!(message(sizes(2_000, 21_001, 1, StdKind::Rebuilt)).contains("1 over 24000"));
        assert!(message(sizes(2_000, 25_001, 1, StdKind::Stock)).contains("1 over 28000"));
        assert!(message(sizes(1, 1, 900_001, StdKind::Stock)).contains("the Worker"));
        sizes(2_000, 19_000, 1, StdKind::Stock).check().unwrap();
        let mut heavy = sizes(2_000, 1_000, 1, StdKind::Stock);
        heavy.parts[0].1.compressed = 501;
        assert!(message(heavy).contains("core and any one part, brotli: 2501 bytes, 1 over"));
    }
}
