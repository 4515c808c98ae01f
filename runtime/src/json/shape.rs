//! The shapes of the variants of a union, which distinguish their values.

use crate::json::tree::value::{Kind, Value, nearest};

/// The shape of the values of a variant.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    kind: Kind,
    required: &'static [&'static str],
    constants: &'static [(&'static [&'static str], &'static [Constant])],
    known: &'static [&'static str],
    closed: bool,
    items: Option<&'static Shape>,
}

/// A value that a property of a variant can have.
#[derive(Clone, Copy, Debug)]
pub enum Constant {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A string.
    Text(&'static str),
}

impl Shape {
    /// The shape of all values of a kind.
    pub const fn of(kind: Kind) -> Self {
        Self { kind, required: &[], constants: &[], known: &[], closed: false, items: None }
    }

    /// The shape of objects with these members.
    pub const fn object(required: &'static [&'static str]) -> Self {
        Self { required, ..Self::of(Kind::Object) }
    }

    /// Sets the members that have one of some values or are absent, by their paths.
    pub const fn constants(self, constants: &'static [(&'static [&'static str], &'static [Constant])]) -> Self {
        Self { constants, ..self }
    }

    /// Sets the names of the members that the variant has a field for.
    pub const fn known(self, known: &'static [&'static str]) -> Self {
        Self { known, ..self }
    }

    /// Excludes values with other members, if another variant has them.
    pub const fn closed(self) -> Self {
        Self { closed: true, ..self }
    }

    /// Sets the shape of the elements of an array.
    pub const fn items(self, items: &'static Shape) -> Self {
        Self { items: Some(items), ..self }
    }

    /// The number of members of the value, and of its elements, that the variant keeps; `None` if the value is not of the
    /// variant.
    fn score(&self, value: &Value<'_>, strict: bool) -> Option<usize> {
        let is_of_kind = value.is(self.kind)
            && self.required.iter().all(|name| value.member(name).is_some())
            && self.constants.iter().all(|(path, values)| is_one_of(value, path, values));
        if !is_of_kind {
            return None;
        }
        match (value, self.items) {
            (Value::Object(members), _) if !self.known.is_empty() => {
                let kept = members.iter().filter(|(name, _)| self.known.contains(name)).count();
                (!(strict && self.closed) || kept == members.iter().count()).then_some(kept)
            }
            (Value::Array(elements), Some(items)) => elements.iter().map(|element| items.score(&element, strict)).sum(),
            _ => Some(0),
        }
    }
}

/// Returns the indices of the shapes that a value fits: those that keep most of its members first, and otherwise in their
/// order. If a value fits no shape because of additional members, they are ignored.
pub fn candidates(value: &Value<'_>, shapes: &[Shape]) -> impl Iterator<Item = usize> + use<> {
    let fitting = |strict: bool| -> Vec<(usize, usize)> {
        let scores = shapes.iter().enumerate();
        scores.filter_map(|(index, shape)| Some((shape.score(value, strict)?, index))).collect()
    };
    let mut found = fitting(true);
    if found.is_empty() {
        found = fitting(false);
    }
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, index)| index)
}

/// Whether the member at the end of a path has one of some values, or is absent.
fn is_one_of(value: &Value<'_>, path: &[&str], values: &[Constant]) -> bool {
    let (last, objects) = match path.split_last() {
        Some(split) => split,
        None => return true,
    };
    let mut here = *value;
    for name in objects {
        match here.member(name) {
            Some(member) => here = member,
            None => return true,
        }
    }
    here.member(last).is_none_or(|member| values.iter().any(|constant| constant.is(&member)))
}

impl Constant {
    fn is(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Bool(constant), Value::Bool(value)) => constant == value,
            (Self::Text(constant), value) => value.as_str() == Some(constant),
            (Self::Integer(constant), Value::Number(number)) => match number.as_i64() {
                Some(number) => number == *constant,
                #[allow(clippy::cast_precision_loss, reason = "an integer that is written with a fraction")]
                None => number.as_f64() == Some(*constant as f64),
            },
            (Self::Float(constant), Value::Number(number)) => number.as_f64() == Some(*constant),
            (Self::Float(constant), Value::Wide(number)) => *constant == nearest(**number),
            _ => false,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::Tree;

    fn order(text: &str, shapes: &[Shape]) -> Vec<usize> {
        candidates(&Tree::parse(text.as_bytes()).unwrap().root(), shapes).collect()
    }

    #[test]
    fn constants_of_all_scalar_types_distinguish() {
        const SHAPES: &[Shape] = &[
            Shape::object(&["ok"]).constants(&[(&["ok"], &[Constant::Bool(true)])]),
            Shape::object(&["ok"]).constants(&[(&["ok"], &[Constant::Bool(false)])]),
            Shape::object(&["v"]).constants(&[(&["v"], &[Constant::Integer(2), Constant::Text("two")])]),
            Shape::object(&["v"]).constants(&[(&["v", "w"], &[Constant::Float(0.5)])]),
            Shape::of(Kind::String),
        ];
        assert_eq!(order(r#"{"ok":false}"#, SHAPES), [1]);
        assert_eq!(order(r#"{"v":2}"#, SHAPES), [2, 3]);
        assert_eq!(order(r#"{"v":2.0}"#, SHAPES), [2, 3]);
        assert_eq!(order(r#"{"v":"two"}"#, SHAPES), [2, 3]);
        assert_eq!(order(r#"{"v":{"w":0.5}}"#, SHAPES), [3]);
        assert_eq!(order(r#"{"v":{"w":1}}"#, SHAPES), [0; 0]);
        assert_eq!(order(r#""x""#, SHAPES), [4]);
    }

    #[test]
    fn the_variant_that_keeps_most_members_is_first() {
        const SHAPES: &[Shape] = &[
            Shape::object(&["id"]).known(&["id", "a"]),
            Shape::object(&["id"]).known(&["id", "b"]),
            Shape::object(&["id"]).known(&["id"]).closed(),
        ];
        assert_eq!(order(r#"{"id":1,"b":2}"#, SHAPES), [1, 0]);
        assert_eq!(order(r#"{"id":1}"#, SHAPES), [0, 1, 2]);
        const CLOSED: &[Shape] = &[Shape::object(&[]).known(&["id"]).closed()];
        assert_eq!(order(r#"{"id":1,"new":2}"#, CLOSED), [0], "a member of a later version");
        const ARRAYS: &[Shape] = &[
            Shape::of(Kind::Array).items(&Shape::object(&[]).known(&["id"])),
            Shape::of(Kind::Array).items(&Shape::object(&[]).known(&["test"])),
        ];
        assert_eq!(order(r#"[{"test":1},{"id":1,"test":2}]"#, ARRAYS), [1, 0]);
    }
}
