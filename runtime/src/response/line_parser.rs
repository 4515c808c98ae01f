//! The parser of streams of JSON texts: one a line (NDJSON, JSON Lines), or each after a record separator (RFC 7464).

use crate::response::event_parser::{BOM, TooLarge};
use bytes::{Buf, Bytes};
use std::mem;

/// The parser. It holds at most one item in memory.
pub(crate) struct LineParser {
    limit: usize,
    chunk: Bytes,
    item: Vec<u8>,
    form: Form,
    skips: bool,
}

/// How items are separated. The first byte decides: no JSON text begins with a record separator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Unknown,
    Lines,
    Sequence,
}

/// ASCII `RS`, before each item of a JSON text sequence.
const SEPARATOR: u8 = 0x1E;

impl LineParser {
    /// A parser of items of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, chunk: Bytes::new(), item: Vec::new(), form: Form::Unknown, skips: false }
    }

    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Adds the next bytes. All earlier ones were parsed: [`next`](Self::next) returned `None`.
    pub(crate) fn feed(&mut self, chunk: Bytes) {
        self.chunk = chunk;
    }

    /// The next item of the bytes so far.
    pub(crate) fn next(&mut self) -> Option<Result<Vec<u8>, TooLarge>> {
        while let Some(first) = self.chunk.first() {
            if self.form == Form::Unknown {
                self.form = if *first == SEPARATOR { Form::Sequence } else { Form::Lines };
            }
            let separator = if self.form == Form::Sequence { SEPARATOR } else { b'\n' };
            let end = self.chunk.iter().position(|byte| *byte == separator);
            let part = self.chunk.split_to(end.unwrap_or(self.chunk.len()));
            let overflow = !self.skips && part.len() > self.limit.saturating_sub(self.item.len());
            if overflow {
                self.skips = true;
                self.item.clear();
            }
            if !self.skips {
                self.item.extend_from_slice(&part);
            }
            if end.is_some() {
                self.chunk.advance(1);
                if !mem::take(&mut self.skips)
                    && let Some(item) = self.take()
                {
                    return Some(Ok(item));
                }
            }
            if overflow {
                return Some(Err(TooLarge));
            }
        }
        None
    }

    /// The last item, after the end of the stream.
    pub(crate) fn finish(&mut self) -> Option<Vec<u8>> {
        if mem::take(&mut self.skips) { None } else { self.take() }
    }

    /// Whether an item of a sequence can be the beginning of a longer one: a number, `true`, `false` or `null` that no white space
    /// follows (RFC 7464, section 2.4).
    pub(crate) fn is_cut(&self, item: &[u8]) -> bool {
        self.form == Form::Sequence && item.last().is_some_and(|last| last.is_ascii_alphanumeric() || *last == b'.')
    }

    /// The item so far; `None` if it is blank.
    fn take(&mut self) -> Option<Vec<u8>> {
        let mut item = mem::take(&mut self.item);
        if item.starts_with(BOM) {
            item.drain(..BOM.len());
        }
        if self.form == Form::Lines && item.last() == Some(&b'\r') {
            item.pop();
        }
        let is_blank = item.iter().all(u8::is_ascii_whitespace);
        (!is_blank).then_some(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(limit: usize, chunks: &[&[u8]]) -> Vec<Result<String, TooLarge>> {
        let mut parser = LineParser::new(limit);
        let mut found = Vec::new();
        for chunk in chunks {
            parser.feed(Bytes::copy_from_slice(chunk));
            found.extend(std::iter::from_fn(|| parser.next()));
        }
        found.extend(parser.finish().map(Ok));
        found.into_iter().map(|item| item.map(|item| String::from_utf8_lossy(&item).into_owned())).collect()
    }

    fn texts(items: &[Result<&str, TooLarge>]) -> Vec<Result<String, TooLarge>> {
        items.iter().map(|item| item.map(str::to_owned)).collect()
    }

    /// Every way to cut a stream in three gives the same items.
    #[test]
    fn the_chunks_do_not_matter() {
        let lines: &[u8] = b"\xEF\xBB\xBF{\"a\":1}\r\n\n  \n\"b\"\n[1,2,3,4,5,6]\n3";
        let sequence: &[u8] = b"\x1E{\"a\":\n1}\n\x1E\x1E\"b\"\n\x1E[1,2,3,4,5,6]\n\x1E3\n";
        let of_lines = texts(&[Ok("{\"a\":1}"), Ok("\"b\""), Err(TooLarge), Ok("3")]);
        let of_sequence = texts(&[Ok("{\"a\":\n1}\n"), Ok("\"b\"\n"), Err(TooLarge), Ok("3\n")]);
        for (stream, expected) in [(lines, of_lines), (sequence, of_sequence)] {
            assert_eq!(items(12, &[stream]), expected);
            for first in 0..=stream.len() {
                for second in first..=stream.len() {
                    let cut = [&stream[..first], &stream[first..second], &stream[second..]];
                    assert_eq!(items(12, &cut), expected, "{first} {second}");
                }
            }
        }
    }

    #[test]
    fn a_number_at_the_end_of_a_sequence_can_be_cut() {
        let mut parser = LineParser::new(64);
        parser.feed(Bytes::from_static(b"\x1E12"));
        assert!(parser.next().is_none());
        let item = parser.finish().unwrap_or_default();
        assert!(parser.is_cut(&item) && !parser.is_cut(b"12\n") && !parser.is_cut(b"{}"));
    }
}
