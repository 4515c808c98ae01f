//! The parser of event streams (`text/event-stream`; WHATWG HTML, section 9.2.6).

use bytes::{Buf, Bytes};
use std::mem;
use std::time::Duration;

/// An event as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawEvent {
    /// Its type: the field `event`.
    pub(crate) event: Option<String>,
    /// The lines of its data, joined by line feeds.
    pub(crate) data: String,
    /// Its own field `id`.
    pub(crate) own_id: Option<String>,
    /// The last id of the stream.
    pub(crate) id: String,
    pub(crate) retry: Option<Duration>,
}

/// An item was larger than the limit. It was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// The parser. It holds at most one event in memory.
pub(crate) struct EventParser {
    limit: usize,
    chunk: Bytes,
    line: Vec<u8>,
    event: RawEvent,
    /// The data of the event, with a line feed after each line.
    data: Vec<u8>,
    last_id: String,
    retry: Option<Duration>,
    /// Whether no line was read yet, so that a byte order mark is ignored.
    is_first: bool,
    /// Whether the last line ended with a carriage return, which a line feed can follow.
    after_return: bool,
    /// Whether the rest of the event is skipped, since it is too large.
    skips: bool,
}

impl EventParser {
    /// A parser of events of at most `limit` bytes.
    pub(crate) fn new(limit: usize, last_id: String) -> Self {
        Self {
            limit,
            chunk: Bytes::new(),
            line: Vec::new(),
            event: RawEvent::default(),
            data: Vec::new(),
            last_id,
            retry: None,
            is_first: true,
            after_return: false,
            skips: false,
        }
    }

    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// The last id of the stream: the value of `Last-Event-ID` in the request that continues it.
    pub(crate) fn last_id(&self) -> &str {
        &self.last_id
    }

    /// The last `retry` of the stream.
    pub(crate) fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Adds the next bytes. All earlier ones were parsed: [`next`](Self::next) returned `None`.
    pub(crate) fn feed(&mut self, chunk: Bytes) {
        self.chunk = chunk;
    }

    /// The next event of the bytes so far. What follows the last empty line of the stream is dropped.
    pub(crate) fn next(&mut self) -> Option<Result<RawEvent, TooLarge>> {
        while !self.chunk.is_empty() {
            if mem::take(&mut self.after_return) && self.chunk.first() == Some(&b'\n') {
                self.chunk.advance(1);
                continue;
            }
            let end = self.chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let part = self.chunk.split_to(end.unwrap_or(self.chunk.len()));
            let overflow = self.extend_line(&part);
            if end.is_some() {
                self.after_return = self.chunk.first() == Some(&b'\r');
                self.chunk.advance(1);
                if let Some(event) = self.end_line() {
                    return Some(Ok(event));
                }
            }
            if overflow {
                return Some(Err(TooLarge));
            }
        }
        None
    }

    /// Adds a part of a line. Returns whether the event has just become too large.
    fn extend_line(&mut self, part: &[u8]) -> bool {
        if self.skips {
            // Only whether the line is empty is of interest.
            self.line.extend_from_slice(part.get(..1).filter(|_| self.line.is_empty()).unwrap_or_default());
            return false;
        }
        // The text of a comment is not kept.
        if self.line.is_empty() && part.first() == Some(&b':') {
            self.line.push(b':');
        }
        if self.line.first() == Some(&b':') {
            return false;
        }
        if part.len() > self.limit.saturating_sub(self.line.len() + self.data.len()) {
            self.skips = true;
            self.line.clear();
            self.line.push(b'-');
            self.data.clear();
            return true;
        }
        self.line.extend_from_slice(part);
        false
    }

    /// Processes a line. Returns the event if the line ends one.
    fn end_line(&mut self) -> Option<RawEvent> {
        let mut line = mem::take(&mut self.line);
        if mem::take(&mut self.is_first) && line.starts_with(BOM) {
            line.drain(..BOM.len());
        }
        if line.is_empty() {
            return self.dispatch();
        }
        if !self.skips {
            self.field(&line);
        }
        line.clear();
        // The allocation is used again.
        self.line = line;
        None
    }

    fn field(&mut self, line: &[u8]) {
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            Some(at) => (&line[..at], &line[at + 1..]),
            None => (line, [].as_slice()),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            b"event" => self.event.event = Some(text()),
            b"data" => {
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
            }
            b"id" if !value.contains(&0) => self.event.own_id = Some(text()),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let millis = text().parse().unwrap_or(u64::MAX);
                self.event.retry = Some(Duration::from_millis(millis));
                self.retry = self.event.retry;
            }
            _ => {}
        }
    }

    /// The event that an empty line ends; `None` without data.
    fn dispatch(&mut self) -> Option<RawEvent> {
        let mut event = mem::take(&mut self.event);
        let mut data = mem::take(&mut self.data);
        if let Some(id) = &event.own_id {
            self.last_id.clone_from(id);
        }
        if mem::take(&mut self.skips) || data.pop().is_none() {
            return None;
        }
        event.data = match String::from_utf8(data) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        event.id.clone_from(&self.last_id);
        Some(event)
    }
}

/// The byte order mark of UTF-8.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

#[cfg(test)]
mod tests {
    use super::*;

    /// The events of a stream that is received in these chunks.
    fn events(limit: usize, chunks: &[&[u8]]) -> Vec<Result<RawEvent, TooLarge>> {
        let mut parser = EventParser::new(limit, String::new());
        let mut found = Vec::new();
        for chunk in chunks {
            parser.feed(Bytes::copy_from_slice(chunk));
            found.extend(std::iter::from_fn(|| parser.next()));
        }
        found
    }

    fn texts(stream: &[u8]) -> Vec<(String, String, String)> {
        let parsed = events(1024, &[stream]).into_iter().filter_map(Result::ok);
        parsed.map(|event| (event.event.unwrap_or_default(), event.data, event.id)).collect()
    }

    fn event(event: &str, data: &str, id: &str) -> (String, String, String) {
        (event.to_owned(), data.to_owned(), id.to_owned())
    }

    /// The examples of the specification.
    #[test]
    fn the_examples_of_the_specification() {
        let stream = b"data: YHOO\ndata: +2\ndata: 10\n\n";
        assert_eq!(texts(stream), [event("", "YHOO\n+2\n10", "")]);
        let stream = b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n";
        assert_eq!(texts(stream), [event("", "first event", "1"), event("", "second event", "")]);
        assert_eq!(texts(b"data\n\ndata\ndata\n\ndata:"), [event("", "", ""), event("", "\n", "")]);
        assert_eq!(texts(b"data:test\n\ndata: test\n\n"), [event("", "test", ""), event("", "test", "")]);
    }

    #[test]
    fn each_end_of_line_and_each_field() {
        let stream =
            b"\xEF\xBB\xBFevent: a\rdata: 1\r\nid: x\n\r\nevent: lost\n\ndata: 2\r\rid: n\0ul\ndata: 3\nretry: 5\n\n";
        assert_eq!(texts(stream), [event("a", "1", "x"), event("", "2", "x"), event("", "3", "x")]);
        let mut parser = EventParser::new(1024, "before".to_owned());
        parser.feed(Bytes::from_static(b"retry: 1x\nretry: -1\nretry\nretry: 250\nid: 7\n\ndata: \xFF\n"));
        assert_eq!((parser.next(), parser.last_id(), parser.retry()), (None, "7", Some(Duration::from_millis(250))));
        parser
            .feed(Bytes::from_static(b"retry: 99999999999999999999999\nother: x\n: comment\n \xEF\xBB\xBFdata: y\n\n"));
        let event = parser.next();
        assert_eq!(event.and_then(Result::ok).map(|event| event.data).as_deref(), Some("\u{fffd}"));
        assert_eq!(parser.retry(), Some(Duration::from_millis(u64::MAX)));
    }

    /// Every way to cut the stream in three gives the same events.
    #[test]
    fn the_chunks_do_not_matter() {
        let stream: &[u8] = b"\xEF\xBB\xBF:c\r\n\r\nevent: e\r\ndata: \xC3\xA9\r\ndata: b\r\rid: 1\ndata: {\"a\": 1}\n\n\ndata: too large a line\n\ndata: x\r\n\r\ndata: incomplete";
        let whole = events(20, &[stream]);
        assert_eq!(whole.len(), 4, "{whole:?}");
        assert_eq!(whole[2], Err(TooLarge));
        for first in 0..=stream.len() {
            for second in first..=stream.len() {
                let cut = [&stream[..first], &stream[first..second], &stream[second..]];
                assert_eq!(events(20, &cut), whole, "{first} {second}");
            }
        }
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(events(20, &bytes), whole);
    }

    #[test]
    fn a_comment_of_any_length_is_not_kept() {
        let long = [b":".as_slice(), &[b'x'; 4096], b"\n:\xEF\ndata: a\n\n"].concat();
        let chunks: Vec<&[u8]> = long.chunks(7).collect();
        for chunks in [vec![long.as_slice()], chunks] {
            let found = events(64, &chunks);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].as_ref().map(|event| event.data.as_str()), Ok("a"));
        }
    }
}
