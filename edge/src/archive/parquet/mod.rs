//! Parquet, written: <https://parquet.apache.org/docs/file-format/>. Only what the archive and exports need: one page a column
//! and group, values as they are or by a dictionary, uncompressed. The kept crate would add 225 KB to the Worker.

mod hybrid;
mod leaf;
mod thrift;

use leaf::{Chunk, Kind, Leaf};
use sondeo_survey::export::{Record, Text};
use std::borrow::Cow;
use std::collections::BTreeMap;
use thrift::Thrift;
use uuid::Uuid;

const MAGIC: &[u8; 4] = b"PAR1";

/// How a column gets its values out of a row.
#[derive(Debug, Clone)]
pub(crate) enum Read {
    /// A UUID, as text.
    Id(fn(&Record<'_>) -> Uuid),
    /// Text that is seldom the same.
    Text(for<'a> fn(&'a Record<'a>) -> Option<&'a str>),
    /// Text with few different values: written once each.
    Word(for<'a> fn(&'a Record<'a>) -> Option<&'a str>),
    /// An attribute, in the same way.
    Attribute(String),
    /// A whole number.
    Number(fn(&Record<'_>) -> Option<i64>),
    /// Milliseconds since 1970, UTC.
    Time(fn(&Record<'_>) -> Option<i64>),
    /// The same by the clocks of a zone that is not told.
    WallTime(fn(&Record<'_>) -> Option<i64>),
    /// A truth value.
    Flag(fn(&Record<'_>) -> bool),
    /// Texts.
    List(for<'a> fn(&'a Record<'a>) -> &'a [Text<'a>]),
    /// Texts by name.
    Map(for<'a> fn(&'a Record<'a>) -> &'a BTreeMap<Text<'a>, Text<'a>>),
}

/// A column: its name, and its values.
pub(crate) type Column = (Cow<'static, str>, Read);

/// Writes a file group by group, of which only the last is in memory. The same rows give the same bytes.
pub(crate) struct Writer {
    columns: Vec<Column>,
    leaves: Vec<Leaf>,
    rows: usize,
    groups: Vec<Group>,
    /// Bytes given out.
    position: usize,
}

/// A written group of rows, for the footer.
struct Group {
    rows: usize,
    chunks: Vec<Chunk>,
}

impl Writer {
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        let mut writer =
            Self { columns: Vec::new(), leaves: Vec::new(), rows: 0, groups: Vec::new(), position: 0 };
        writer.add(columns);
        writer
    }

    /// Adds columns, before the first row.
    pub(crate) fn add(&mut self, columns: Vec<Column>) {
        self.leaves.extend(columns.iter().flat_map(|(name, read)| {
            let leaf = |kind, coded| vec![Leaf::new(kind, coded, name.clone(), &[])];
            match read {
                Read::Id(_) | Read::Text(_) => leaf(Kind::Text, false),
                Read::Word(_) | Read::Attribute(_) => leaf(Kind::Text, true),
                Read::Number(_) => leaf(Kind::Number, true),
                Read::Time(_) => leaf(Kind::Time, false),
                Read::WallTime(_) => leaf(Kind::WallTime, false),
                Read::Flag(_) => leaf(Kind::Flag, false),
                Read::List(_) => vec![Leaf::new(Kind::Text, true, name.clone(), &["list", "element"])],
                Read::Map(_) => [["key_value", "key"], ["key_value", "value"]]
                    .map(|below| Leaf::new(Kind::Text, true, name.clone(), &below))
                    .into(),
            }
        }));
        self.columns.extend(columns);
    }

    /// Rows that are not given out yet.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Their bytes in memory.
    pub(crate) fn size(&self) -> usize {
        self.leaves.iter().map(Leaf::size).sum()
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: &Record<'_>) {
        let mut leaves = self.leaves.iter_mut();
        for (_, read) in &self.columns {
            let Some(leaf) = leaves.next() else { return };
            match read {
                Read::Id(get) => leaf.text(Some(get(row).hyphenated().encode_lower(&mut [0; 36]))),
                Read::Text(get) | Read::Word(get) => leaf.text(get(row)),
                Read::Attribute(name) => leaf.text(row.attributes.get(name.as_str()).map(|value| &**value)),
                Read::Number(get) | Read::Time(get) | Read::WallTime(get) => leaf.number(get(row)),
                Read::Flag(get) => leaf.flag(get(row)),
                Read::List(get) => leaf.list(get(row).iter().map(|item| &**item)),
                Read::Map(get) => {
                    leaf.list(get(row).keys().map(|name| &**name));
                    let Some(values) = leaves.next() else { return };
                    values.list(get(row).values().map(|value| &**value));
                }
            }
        }
        self.rows += 1;
    }

    /// Appends the next bytes of the file: the rows since the last call, as a group.
    pub(crate) fn group(&mut self, to: &mut Vec<u8>) {
        let start = to.len();
        if self.position == 0 {
            to.extend_from_slice(MAGIC);
        }
        if self.rows > 0 {
            // As much as it may become: where it grows, it is in memory twice.
            to.reserve(self.size());
            let chunks = self.leaves.iter_mut().map(|leaf| leaf.write(to, self.position, start)).collect();
            self.groups.push(Group { rows: std::mem::take(&mut self.rows), chunks });
        }
        self.position += to.len() - start;
    }

    /// Appends the rest of the file: the last group and the footer.
    pub(crate) fn finish(mut self, to: &mut Vec<u8>) {
        self.group(to);
        let mut footer = self.footer();
        let length = u32::try_from(footer.len()).unwrap_or(u32::MAX);
        to.append(&mut footer);
        to.extend(length.to_le_bytes());
        to.extend_from_slice(MAGIC);
    }

    /// `FileMetaData`.
    fn footer(&self) -> Vec<u8> {
        let elements = self.elements();
        Thrift::structure(|thrift| {
            thrift.i32(1, 1);
            thrift.inners(2, &elements, |thrift, element| element.write(thrift));
            thrift.i64(3, self.groups.iter().map(|group| group.rows).sum());
            thrift.inners(4, &self.groups, |thrift, group| {
                let columns: Vec<_> = self.leaves.iter().zip(&group.chunks).collect();
                thrift.inners(1, &columns, |thrift, (leaf, chunk)| column(thrift, leaf, chunk));
                let size = group.chunks.iter().map(|chunk| chunk.size).sum();
                thrift.i64(2, size);
                thrift.i64(3, group.rows);
                thrift.i64(6, size);
            });
            // Of this writer, not of the release: the same rows give the same bytes in the next one too.
            thrift.text(6, "sondeo version 1");
        })
    }

    /// The schema, depth first.
    fn elements(&self) -> Vec<Element<'_>> {
        fn group(
            name: &str,
            repetition: Option<usize>,
            children: usize,
            annotation: Option<Annotation>,
        ) -> Element<'_> {
            Element { name, kind: None, repetition, children: Some(children), annotation }
        }
        fn leaf(name: &str, kind: Kind, repetition: Option<usize>) -> Element<'_> {
            let annotation = match kind {
                Kind::Text => Some(Annotation::String),
                Kind::Time => Some(Annotation::Timestamp),
                Kind::WallTime => Some(Annotation::WallTime),
                Kind::Number | Kind::Flag => None,
            };
            Element { name, kind: Some(kind), repetition, children: None, annotation }
        }
        let mut elements = vec![group("responses", None, self.columns.len(), None)];
        for (name, read) in &self.columns {
            match read {
                Read::Id(_) | Read::Text(_) | Read::Word(_) | Read::Attribute(_) => {
                    elements.push(leaf(name, Kind::Text, OPTIONAL));
                }
                Read::Number(_) => elements.push(leaf(name, Kind::Number, OPTIONAL)),
                Read::Time(_) => elements.push(leaf(name, Kind::Time, OPTIONAL)),
                Read::WallTime(_) => elements.push(leaf(name, Kind::WallTime, OPTIONAL)),
                Read::Flag(_) => elements.push(leaf(name, Kind::Flag, OPTIONAL)),
                Read::List(_) => elements.extend([
                    group(name, REQUIRED, 1, Some(Annotation::List)),
                    group("list", REPEATED, 1, None),
                    leaf("element", Kind::Text, REQUIRED),
                ]),
                Read::Map(_) => elements.extend([
                    group(name, REQUIRED, 1, Some(Annotation::Map)),
                    group("key_value", REPEATED, 2, None),
                    leaf("key", Kind::Text, REQUIRED),
                    leaf("value", Kind::Text, REQUIRED),
                ]),
            }
        }
        elements
    }
}

/// `ColumnChunk` with its `ColumnMetaData`.
fn column(thrift: &mut Thrift, leaf: &Leaf, chunk: &Chunk) {
    thrift.i64(2, chunk.dictionary_page.unwrap_or(chunk.data_page));
    thrift.inner(3, |thrift| {
        thrift.i32(1, leaf.kind.physical());
        thrift.i32s(2, chunk.encodings());
        let path: Vec<&str> = leaf.path.iter().map(AsRef::as_ref).collect();
        thrift.texts(3, &path);
        thrift.i32(4, 0);
        thrift.i64(5, chunk.values);
        thrift.i64(6, chunk.size);
        thrift.i64(7, chunk.size);
        thrift.i64(9, chunk.data_page);
        if let Some(page) = chunk.dictionary_page {
            thrift.i64(11, page);
        }
    });
}

/// Of the format's enumeration `FieldRepetitionType`; the root has none.
const REQUIRED: Option<usize> = Some(0);
const OPTIONAL: Option<usize> = Some(1);
const REPEATED: Option<usize> = Some(2);

/// `SchemaElement`.
struct Element<'a> {
    name: &'a str,
    kind: Option<Kind>,
    repetition: Option<usize>,
    children: Option<usize>,
    annotation: Option<Annotation>,
}

/// What values mean, in both of the ways that readers look for.
enum Annotation {
    String,
    Map,
    List,
    Timestamp,
    WallTime,
}

impl Element<'_> {
    fn write(&self, thrift: &mut Thrift) {
        let mut number = |id, value: Option<usize>| value.into_iter().for_each(|value| thrift.i32(id, value));
        number(1, self.kind.map(Kind::physical));
        number(3, self.repetition);
        thrift.text(4, self.name);
        if let Some(children) = self.children {
            thrift.i32(5, children);
        }
        let Some(annotation) = &self.annotation else { return };
        // `ConvertedType`, which has none for times without a zone, then the field of the union `LogicalType`.
        let (converted, logical) = match annotation {
            Annotation::String => (Some(0), 1),
            Annotation::Map => (Some(1), 2),
            Annotation::List => (Some(3), 3),
            Annotation::Timestamp => (Some(9), 8),
            Annotation::WallTime => (None, 8),
        };
        if let Some(converted) = converted {
            thrift.i32(6, converted);
        }
        thrift.inner(10, |thrift| {
            thrift.inner(logical, |thrift| {
                if matches!(annotation, Annotation::Timestamp | Annotation::WallTime) {
                    // In UTC, in milliseconds.
                    thrift.flag(1, matches!(annotation, Annotation::Timestamp));
                    thrift.inner(2, |thrift| thrift.inner(1, |_| {}));
                }
            });
        });
    }
}
