//! Values as JSON text and as trees.

use crate::json::traits::Param;
use crate::json::tree::nodes::Tree;
use crate::json::writer::{Secrets, Writer};

/// Writes a value as JSON text.
///
/// # Errors
/// Returns why it can't be written.
pub(crate) fn json_text(value: &dyn Param) -> Result<Vec<u8>, &'static str> {
    let mut text = Vec::with_capacity(128);
    let mut out = Writer::to_text(&mut text);
    value.write_to(&mut out);
    match out.finish() {
        (_, None) => Ok(text),
        (_, Some(why)) => Err(why),
    }
}

/// Writes a value as a tree.
///
/// # Errors
/// Returns why it can't be written.
pub(crate) fn json_tree(value: &dyn Param) -> Result<Tree<'static>, &'static str> {
    match write_tree(Secrets::Written, value) {
        (tree, None) => Ok(tree),
        (_, Some(why)) => Err(why),
    }
}

/// Writes a value as a tree, and returns why it can't be written, if so.
pub(crate) fn write_tree(secrets: Secrets, value: &dyn Param) -> (Tree<'static>, Option<&'static str>) {
    let mut out = Writer::to_tree(secrets);
    value.write_to(&mut out);
    out.finish()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::json::object::Optional;
    use crate::secret::{REDACTED, Secret};

    struct Sample;

    impl Param for Sample {
        fn write_to(&self, out: &mut Writer<'_>) {
            out.begin_object();
            out.required("id", &7_i64);
            out.optional("gone", &None::<i64>);
            out.tristate("nil", &Optional::<i64>::Null);
            out.tristate("absent", &Optional::<i64>::Absent);
            out.key("list");
            out.begin_array();
            out.begin_object();
            out.end_object();
            out.string("a:");
            out.boolean(true);
            out.begin_array();
            out.end_array();
            out.end_array();
            out.required("key", &Secret::new("canary"));
            out.end_object();
        }
    }

    #[test]
    fn text_and_tree_have_the_same_values() {
        let text = json_text(&Sample).unwrap();
        assert_eq!(
            std::str::from_utf8(&text).unwrap(),
            r#"{"id":7,"nil":null,"list":[{},"a:",true,[]],"key":"canary"}"#
        );
        assert_eq!(json_tree(&Sample).unwrap().root(), Tree::parse(&text).unwrap().root());
    }

    #[test]
    fn debug_redacts_secrets() {
        let (tree, _) = write_tree(Secrets::Redacted, &Sample);
        let shown = format!("{:?}", tree.root());
        assert!(shown.contains(REDACTED) && !shown.contains("canary"), "{shown}");
    }

    #[test]
    fn every_character_is_read_again() {
        let all: String = (0..0x3000).filter_map(char::from_u32).collect();
        let text = json_text(&all).unwrap();
        assert_eq!(serde_json::from_slice::<String>(&text).unwrap(), all);
    }
}
