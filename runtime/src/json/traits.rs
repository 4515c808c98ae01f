//! What is read from and written as JSON.

use super::mismatch::Read;
use super::value::Value;
use super::writer::Writer;

/// A value that is read from and written as JSON.
///
/// Generated types implement it by hand-like code of a few lines each: it compiles in a fraction of the time that
/// derived serde implementations take.
pub trait Json: Sized {
    /// Whether `null` is a value like others, so that an optional member that is null is there.
    const TAKES_NULL: bool = false;

    /// Reads the value.
    ///
    /// # Errors
    /// What was expected where, and the kind of what was found; never the value itself.
    fn read(value: &Value<'_>) -> Read<Self>;

    /// Writes the value.
    fn write(&self, out: &mut Writer<'_>);

    /// The value, if it is a plain text: most parameters are, and need no tree.
    fn text(&self) -> Option<&str> {
        None
    }
}

/// A value that a parameter or a body can carry: everything that is [`Json`], and `str` and slices.
///
/// References to those two are it as well, since arguments of generated methods are such references.
pub trait Param {
    /// Writes the value.
    fn write_to(&self, out: &mut Writer<'_>);

    /// The value, if it is a plain text.
    fn as_text(&self) -> Option<&str> {
        None
    }
}

/// A value of any size, lent as a `&dyn Param`: what works with values is compiled once, and not for each of their types.
pub(crate) struct Lent<'v, T: ?Sized>(pub(crate) &'v T);

impl<T: Param + ?Sized> Param for Lent<'_, T> {
    fn write_to(&self, out: &mut Writer<'_>) {
        self.0.write_to(out);
    }
}

impl<T: Json> Param for T {
    fn write_to(&self, out: &mut Writer<'_>) {
        self.write(out);
    }

    fn as_text(&self) -> Option<&str> {
        self.text()
    }
}

impl Param for str {
    fn write_to(&self, out: &mut Writer<'_>) {
        out.string(self);
    }

    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Param for &str {
    fn write_to(&self, out: &mut Writer<'_>) {
        out.string(self);
    }

    fn as_text(&self) -> Option<&str> {
        Some(self)
    }
}

impl<T: Param> Param for [T] {
    fn write_to(&self, out: &mut Writer<'_>) {
        out.begin_array();
        for item in self {
            out.element(item);
        }
        out.end_array();
    }
}

impl<T: Param> Param for &[T] {
    fn write_to(&self, out: &mut Writer<'_>) {
        (**self).write_to(out);
    }
}
