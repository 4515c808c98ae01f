//! The limits of nesting: of a text, and of the stack.

use crate::json::mismatch::{Mismatch, Read};
use std::cell::Cell;

/// How deep arrays and objects can nest, in a text that is read and in a value that is written.
pub(in crate::json) const DEPTH: usize = 127;

/// How much of the stack nested values can take while they are read, in bytes.
///
/// A level takes a few hundred bytes, or tens of kilobytes for a struct of many members in a build without optimizations. So the stack
/// is measured, and levels are not counted. The stack of a Tokio worker is 2 MiB, that of the main thread on Windows 1 MiB, and a part
/// of it is in use before a response is read. Later operations with a value, such as cloning, writing and dropping it, take less of the
/// stack than reading it.
const STACK: usize = 512 * 1024;

thread_local! {
    /// The address on the stack at which this thread reads the outermost value.
    static OUTERMOST: Cell<Option<usize>> = const { Cell::new(None) };
}

/// An array or an object that is being read. It is dropped at its end.
pub(in crate::json) struct Level {
    is_outermost: bool,
}

impl Level {
    /// Begins to read an array or an object.
    ///
    /// # Errors
    /// Fails if the values around it take more than their part of the stack.
    #[inline(never)]
    pub(in crate::json) fn begin() -> Read<Self> {
        let local = 0_u8;
        let here = std::ptr::from_ref(std::hint::black_box(&local)).addr();
        match OUTERMOST.get() {
            None => {
                OUTERMOST.set(Some(here));
                Ok(Self { is_outermost: true })
            }
            // In Miri the addresses of local variables are not those of a stack.
            Some(outermost) if outermost.abs_diff(here) <= STACK || cfg!(miri) => Ok(Self { is_outermost: false }),
            Some(_) => Err(too_deep()),
        }
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        if self.is_outermost {
            OUTERMOST.set(None);
        }
    }
}

#[cold]
fn too_deep() -> Mismatch {
    Mismatch::new("values that take at most 512 KiB of the stack to read", "a value that is nested deeper")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::{Json, Object, Tree, Value, Writer, any, json_text};
    use serde_json::json;
    use std::collections::BTreeMap;

    /// The stack sizes of a Tokio worker and of the main thread on Windows.
    const STACKS: [usize; 2] = [2 << 20, 1 << 20];

    /// A struct as large as the generator creates it: 8 KiB.
    #[derive(Clone, Debug, PartialEq)]
    struct Large {
        own: Option<[Member; 16]>,
        child: Option<Box<Large>>,
        children: Option<Vec<Large>>,
        named: Option<BTreeMap<String, Large>>,
    }

    #[derive(Clone, Debug, PartialEq)]
    struct Member([u64; 64]);

    impl Json for Large {
        fn read(value: &Value<'_>) -> Read<Self> {
            let mut object = Object::new(value)?;
            Ok(Self {
                own: None,
                child: object.optional("child")?,
                children: object.optional("children")?,
                named: object.optional("named")?,
            })
        }

        fn write(&self, out: &mut Writer<'_>) {
            out.begin_object();
            out.optional("child", &self.child);
            out.optional("children", &self.children);
            out.optional("named", &self.named);
            out.end_object();
        }
    }

    /// A union of an integer and lists of itself.
    #[derive(Clone, Debug, PartialEq)]
    enum List {
        Leaf(i64),
        Lists(Vec<List>),
    }

    impl Json for List {
        fn read(value: &Value<'_>) -> Read<Self> {
            match value {
                Value::Array(_) => Json::read(value).map(Self::Lists),
                _ => Json::read(value).map(Self::Leaf),
            }
        }

        fn write(&self, out: &mut Writer<'_>) {
            match self {
                Self::Leaf(leaf) => leaf.write(out),
                Self::Lists(lists) => lists.write(out),
            }
        }
    }

    fn nested(begin: &str, innermost: &str, end: &str, depth: usize) -> String {
        [&begin.repeat(depth), innermost, &end.repeat(depth)].concat()
    }

    fn on_a_stack_of<T: Send + 'static>(size: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
        std::thread::Builder::new().stack_size(size).spawn(work).unwrap().join().unwrap()
    }

    /// Reads, clones, compares and writes the value, on stacks of both sizes.
    fn round_trip<T: Json + Clone + PartialEq + std::fmt::Debug + 'static>(text: String) -> Result<usize, String> {
        let [one, other] = STACKS.map(|size| {
            let text = text.clone();
            on_a_stack_of(size, move || {
                let tree = Tree::parse(text.as_bytes()).map_err(|error| error.to_string())?;
                let value = T::read(&tree.root()).map_err(|error| error.to_string())?;
                assert!(value.clone() == value);
                assert_eq!(json_text(&value).unwrap(), text.as_bytes());
                Ok(format!("{value:?}").len())
            })
        });
        assert_eq!(one, other);
        one
    }

    #[test]
    fn r13_no_response_overflows_the_stack() {
        for (begin, end) in [
            ("{\"child\":", "}"),
            ("{\"children\":[", "]}"),
            ("{\"named\":{\"x\":", "}}"),
            ("{\"child\":{\"children\":[{\"named\":{\"x\":", "}}]}}"),
        ] {
            let step = begin.matches(['{', '[']).count();
            let deepest = DEPTH / step - 1;
            for depth in [0, 1, 3] {
                round_trip::<Large>(nested(begin, "{}", end, depth)).unwrap();
            }
            // The whole value, or an error with the limit.
            for depth in [10, 20, 40, deepest] {
                if let Err(error) = round_trip::<Large>(nested(begin, "{}", end, depth.min(deepest))) {
                    assert!(error.contains("512 KiB of the stack"), "{error}");
                }
            }
        }
    }

    #[test]
    fn small_types_are_read_as_deep_as_a_text_can_nest() {
        round_trip::<List>(nested("[", "7", "]", DEPTH)).unwrap();
        round_trip::<serde_json::Value>(nested("[", "7", "]", DEPTH)).unwrap();
        round_trip::<serde_json::Value>(nested("{\"x\":", "7", "}", DEPTH)).unwrap();
        let error = round_trip::<List>(nested("[", "7", "]", DEPTH + 1)).unwrap_err();
        assert!(error.contains("127"), "{error}");
    }

    #[test]
    fn after_a_value_that_is_too_deep_the_thread_reads_other_values() {
        on_a_stack_of(8 << 20, || {
            let text = nested("{\"child\":", "{}", "}", DEPTH - 1);
            let tree = Tree::parse(text.as_bytes()).unwrap();
            for _ in 0..3 {
                drop(Large::read(&tree.root()));
                assert_eq!(OUTERMOST.get(), None);
                assert!(List::read(&Tree::parse(b"[[1],[[2]]]").unwrap().root()).is_ok());
            }
        });
    }

    #[test]
    fn a_value_that_nests_too_deep_is_not_written() {
        let mut list = List::Leaf(7);
        let mut free = json!(7);
        for _ in 0..DEPTH {
            (list, free) = (List::Lists(vec![list]), serde_json::Value::Array(vec![free]));
        }
        assert!(json_text(&list).is_ok() && json_text(&free).is_ok());
        for _ in 0..2000 {
            // Not with `json!`, which writes the value that it takes.
            let inner = std::iter::once(("x".to_owned(), free));
            (list, free) = (List::Lists(vec![list]), serde_json::Value::Object(inner.collect()));
        }
        on_a_stack_of(STACKS[0], move || {
            for error in [json_text(&list).unwrap_err(), json_text(&free).unwrap_err()] {
                assert!(error.contains("127"), "{error}");
            }
            assert!(crate::json::json_tree(&free).is_err());
            // Not dropped, since dropping such a value overflows the stack.
            std::mem::forget((list, free));
        });
        let tree = Tree::parse(b"[1]").unwrap();
        assert_eq!(any(&tree.root()), json!([1]));
    }
}
