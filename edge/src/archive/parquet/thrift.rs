//! Thrift's compact protocol, as far as Parquet's page headers and footer need it.
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>

const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// Writes one structure. Its fields go in by rising numbers, no gap being over 15.
#[derive(Default)]
pub(super) struct Thrift {
    bytes: Vec<u8>,
    /// The number of the field before, in the structure that is open.
    last: u8,
}

/// An unsigned number, seven bits a byte, the lowest first.
pub(super) fn varint(mut number: u64, to: &mut Vec<u8>) {
    while number >= 0x80 {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

impl Thrift {
    /// The bytes of the whole structure.
    pub(super) fn structure(write: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut thrift = Self::default();
        thrift.nested(write);
        thrift.bytes
    }

    fn nested(&mut self, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.last);
        write(self);
        self.bytes.push(0);
        self.last = outer;
    }

    fn field(&mut self, id: u8, kind: u8) {
        self.bytes.push((id - self.last) << 4 | kind);
        self.last = id;
    }

    fn zigzag(&mut self, number: i64) {
        varint((number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned(), &mut self.bytes);
    }

    fn binary(&mut self, text: &str) {
        varint(text.len() as u64, &mut self.bytes);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// An `i32` or an enumeration's value.
    pub(super) fn i32(&mut self, id: u8, number: usize) {
        self.field(id, I32);
        self.zigzag(i64::try_from(number).unwrap_or(i64::MAX));
    }

    /// An `i64`.
    pub(super) fn i64(&mut self, id: u8, number: usize) {
        self.field(id, I64);
        self.zigzag(i64::try_from(number).unwrap_or(i64::MAX));
    }

    /// A truth value, which is its own type.
    pub(super) fn flag(&mut self, id: u8, flag: bool) {
        self.field(id, if flag { 1 } else { 2 });
    }

    /// Text.
    pub(super) fn text(&mut self, id: u8, text: &str) {
        self.field(id, BINARY);
        self.binary(text);
    }

    /// A structure in a field.
    pub(super) fn inner(&mut self, id: u8, write: impl FnOnce(&mut Self)) {
        self.field(id, STRUCT);
        self.nested(write);
    }

    fn list(&mut self, id: u8, kind: u8, length: usize) {
        self.field(id, LIST);
        match u8::try_from(length) {
            Ok(short) if short < 15 => self.bytes.push(short << 4 | kind),
            _ => {
                self.bytes.push(0xf0 | kind);
                varint(length as u64, &mut self.bytes);
            }
        }
    }

    /// A list of structures.
    pub(super) fn inners<T>(&mut self, id: u8, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.list(id, STRUCT, items.len());
        for item in items {
            self.nested(|thrift| write(thrift, item));
        }
    }

    /// A list of `i32`.
    pub(super) fn i32s(&mut self, id: u8, numbers: &[u8]) {
        self.list(id, I32, numbers.len());
        for &number in numbers {
            self.zigzag(number.into());
        }
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, id: u8, texts: &[&str]) {
        self.list(id, BINARY, texts.len());
        for text in texts {
            self.binary(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes by the specification, worked out by hand.
    #[test]
    fn fields_are_as_specified() {
        let bytes = Thrift::structure(|thrift| {
            thrift.i32(1, 300);
            thrift.text(4, "ab");
            thrift.inner(5, |thrift| thrift.flag(1, true));
            thrift.i64(6, 1);
            thrift.i32s(7, &[3; 16]);
            thrift.inners(8, &[false], |thrift, flag| thrift.flag(2, *flag));
        });
        let mut expected =
            vec![0x15, 0xd8, 0x04, 0x38, 2, b'a', b'b', 0x1c, 0x11, 0, 0x16, 2, 0x19, 0xf5, 16];
        expected.extend([6; 16]);
        expected.extend([0x19, 0x1c, 0x22, 0, 0]);
        assert_eq!(bytes, expected);
    }
}
