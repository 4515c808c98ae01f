//! How deep values may nest, in text and on the stack.

use super::mismatch::{Mismatch, Read};
use std::cell::Cell;

/// How many arrays and objects may be inside each other, in a text that is read and in a value that is written.
pub(super) const DEPTH: usize = 127;

/// How much of the stack nested values may take while they are read.
///
/// What a level takes is the business of its type: a few hundred bytes, or, for a struct of many members in a build without
/// optimizations, tens of kilobytes. So it is measured, not counted. The stack of a Tokio worker is 2 MiB, that of a main
/// thread on Windows 1 MiB, and a part of it is taken before an answer is read. Whatever else is done with a value later,
/// such as to clone, write or drop it, takes less of the stack than to read it.
const STACK: usize = 512 * 1024;

thread_local! {
    /// Where on the stack the outermost value is read that is being read by this thread.
    static OUTERMOST: Cell<Option<usize>> = const { Cell::new(None) };
}

/// An array or object that is being read; it is dropped when that is done.
pub(super) struct Level {
    is_outermost: bool,
}

impl Level {
    /// Begins to read an array or object.
    ///
    /// # Errors
    /// If those around it have used up their part of the stack.
    #[inline(never)]
    pub(super) fn begin() -> Read<Self> {
        let local = 0_u8;
        let here = std::ptr::from_ref(std::hint::black_box(&local)).addr();
        match OUTERMOST.get() {
            None => {
                OUTERMOST.set(Some(here));
                Ok(Self { is_outermost: true })
            }
            // Miri gives locals addresses that say nothing of the stack.
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
    Mismatch::new("values that take no more than 512 KiB of the stack to read", "one inside too many others")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::{Json, Object, Tree, Value, Writer, any, json_text};
    use serde_json::json;
    use std::collections::BTreeMap;

    /// What a Tokio worker has, and the main thread of a program on Windows.
    const STACKS: [usize; 2] = [2 << 20, 1 << 20];

    /// Members as large as the generator leaves them in a struct, 8 KiB together.
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

    /// A union of itself, in lists alone.
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

    /// Reads it, and does with the value what a program may do, on stacks of both sizes.
    fn survives<T: Json + Clone + PartialEq + std::fmt::Debug + 'static>(text: String) -> Result<usize, String> {
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
    fn r13_no_answer_overflows_the_stack() {
        for (begin, end) in [
            ("{\"child\":", "}"),
            ("{\"children\":[", "]}"),
            ("{\"named\":{\"x\":", "}}"),
            ("{\"child\":{\"children\":[{\"named\":{\"x\":", "}}]}}"),
        ] {
            let step = begin.matches(['{', '[']).count();
            let most = DEPTH / step - 1;
            for depth in [0, 1, 3] {
                survives::<Large>(nested(begin, "{}", end, depth)).unwrap();
            }
            // All of it, or an error that says why not.
            for depth in [10, 20, 40, most] {
                if let Err(error) = survives::<Large>(nested(begin, "{}", end, depth.min(most))) {
                    assert!(error.contains("512 KiB of the stack"), "{error}");
                }
            }
        }
    }

    #[test]
    fn small_types_are_read_as_deep_as_a_text_may_nest() {
        survives::<List>(nested("[", "7", "]", DEPTH)).unwrap();
        survives::<serde_json::Value>(nested("[", "7", "]", DEPTH)).unwrap();
        survives::<serde_json::Value>(nested("{\"x\":", "7", "}", DEPTH)).unwrap();
        let error = survives::<List>(nested("[", "7", "]", DEPTH + 1)).unwrap_err();
        assert!(error.contains("127"), "{error}");
    }

    /// One reading after the other begins anew, also after an error.
    #[test]
    fn a_value_that_was_too_deep_leaves_the_thread_as_it_was() {
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
    fn what_nests_too_deep_is_not_written() {
        let mut list = List::Leaf(7);
        let mut free = json!(7);
        for _ in 0..DEPTH {
            (list, free) = (List::Lists(vec![list]), serde_json::Value::Array(vec![free]));
        }
        assert!(json_text(&list).is_ok() && json_text(&free).is_ok());
        for _ in 0..2000 {
            // The macro would write the value that it takes.
            let inner = std::iter::once(("x".to_owned(), free));
            (list, free) = (List::Lists(vec![list]), serde_json::Value::Object(inner.collect()));
        }
        on_a_stack_of(STACKS[0], move || {
            for error in [json_text(&list).unwrap_err(), json_text(&free).unwrap_err()] {
                assert!(error.contains("127"), "{error}");
            }
            assert!(crate::json::tree(&free).is_err());
            // To drop what the application made is its own affair.
            std::mem::forget((list, free));
        });
        let tree = Tree::parse(b"[1]").unwrap();
        assert_eq!(any(&tree.root()), json!([1]));
    }
}
