//! The traits of values that are read from and written as JSON.

use crate::json::mismatch::Read;
use crate::json::tree::value::Value;
use crate::json::writer::Writer;

/// A value that is read from and written as JSON.
///
/// Generated types implement it in a few lines each, which compile in a fraction of the time of derived serde implementations.
pub trait Json: Sized {
    /// Whether `null` is a value of the type, so that an optional member that is `null` is present.
    const TAKES_NULL: bool = false;

    /// Reads the value.
    ///
    /// # Errors
    /// Fails if the value is not of the type. The error has the path and the kinds, and no part of the value.
    fn read(value: &Value<'_>) -> Read<Self>;

    /// Writes the value.
    fn write(&self, out: &mut Writer<'_>);

    /// Returns the value if it is a string. Most parameters are, and need no tree.
    fn text(&self) -> Option<&str> {
        None
    }
}

/// A value of a parameter or a body: each [`Json`], and `str` and slices.
///
/// It is also implemented for references to those two, since the arguments of generated methods are such references.
pub trait Param {
    /// Writes the value.
    fn write_to(&self, out: &mut Writer<'_>);

    /// Returns the value if it is a string.
    fn as_text(&self) -> Option<&str> {
        None
    }
}

/// A reference to a value of any size, as a sized `Param`, so that functions take `&dyn Param` and are compiled once.
pub(crate) struct BorrowedParam<'v, T: ?Sized>(pub(crate) &'v T);

impl<T: Param + ?Sized> Param for BorrowedParam<'_, T> {
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
