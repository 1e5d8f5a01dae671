//! Parquet's RLE and bit-packing hybrid: for levels, and for places in a dictionary.
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE>

use super::thrift::varint;

/// Values are packed in groups of so many.
const GROUP: usize = 8;

/// Appends `values`, none of which needs more than `width` bits: runs of the same value as such, all others packed.
pub(super) fn encode<T: Copy + PartialEq + Into<u32>>(values: &[T], width: u32, to: &mut Vec<u8>) {
    let slice = |from: usize, end: usize| values.get(from..end).unwrap_or_default();
    let (mut written, mut at) = (0, 0);
    while let Some(&value) = values.get(at) {
        let run = slice(at, values.len()).iter().take_while(|other| **other == value).count();
        // What is packed before a run has to fill its last group, out of the run if need be.
        let fill = (GROUP - (at - written) % GROUP) % GROUP;
        if run >= fill + GROUP {
            pack(slice(written, at + fill), width, to);
            repeat(value.into(), run - fill, width, to);
            written = at + run;
        }
        at += run;
    }
    pack(slice(written, values.len()), width, to);
}

fn repeat(value: u32, times: usize, width: u32, to: &mut Vec<u8>) {
    varint((times as u64) << 1, to);
    to.extend(value.to_le_bytes().into_iter().take(width.div_ceil(8) as usize));
}

/// The last group is filled with zeros.
fn pack<T: Copy + Into<u32>>(values: &[T], width: u32, to: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    varint((values.len().div_ceil(GROUP) as u64) << 1 | 1, to);
    for group in values.chunks(GROUP) {
        let (mut bits, mut held) = (0_u64, 0);
        let padded = group.iter().map(|value| (*value).into()).chain(std::iter::repeat(0)).take(GROUP);
        for value in padded {
            bits |= u64::from(value) << held;
            held += width;
            while held >= 8 {
                to.push(bits.to_le_bytes()[0]);
                bits >>= 8;
                held -= 8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A reader after the specification.
    fn decode(mut bytes: &[u8], width: u32, count: usize) -> Vec<u32> {
        let mut values = Vec::new();
        while values.len() < count {
            let mut header = 0_u64;
            for shift in (0..).step_by(7) {
                let byte = bytes[0];
                bytes = &bytes[1..];
                header |= u64::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    break;
                }
            }
            let length = usize::try_from(header >> 1).unwrap();
            if header & 1 == 0 {
                let (value, rest) = bytes.split_at(width.div_ceil(8) as usize);
                let mut whole = [0; 4];
                whole[..value.len()].copy_from_slice(value);
                values.extend(std::iter::repeat_n(u32::from_le_bytes(whole), length));
                bytes = rest;
            } else {
                let (packed, rest) = bytes.split_at(length * width as usize);
                let bit = |at: usize| u32::from(packed[at / 8] >> (at % 8) & 1);
                let value =
                    |n: usize| (0..width as usize).map(|i| bit(n * width as usize + i) << i).sum::<u32>();
                values.extend((0..length * 8).map(value));
                bytes = rest;
            }
        }
        assert!(bytes.is_empty(), "nothing is left over");
        values.truncate(count);
        values
    }

    proptest! {
        /// Runs about the length of a group, as that is where it is decided what is a run.
        #[test]
        fn what_is_written_is_read(
            width in 1_u32..=20,
            runs in prop::collection::vec((any::<u32>(), 1_usize..30), 0..20),
        ) {
            let mask = (1 << width) - 1;
            let values: Vec<u32> =
                runs.into_iter().flat_map(|(value, times)| std::iter::repeat_n(value & mask, times)).collect();
            let mut bytes = Vec::new();
            encode(&values, width, &mut bytes);
            prop_assert_eq!(decode(&bytes, width, values.len()), values);
        }
    }

    #[test]
    fn a_long_run_takes_no_room() {
        let mut bytes = Vec::new();
        encode(&vec![1_u8; 50_000], 1, &mut bytes);
        assert_eq!(bytes, [0xa0, 0x8d, 0x06, 1]);
    }
}
