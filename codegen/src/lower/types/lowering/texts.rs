//! How the values of a schema are written as the text of a header.

use crate::diagnostics::report::{Report, Reported};
use crate::document::load::node::Node;
use crate::ir::operation::{HeaderForm, Scalars};
use crate::ir::types::JsonKind;
use crate::lower::types::facts::flat::Flat;
use crate::lower::types::lowering::objects::properties;
use crate::lower::types::lowering::types::Types;
use crate::lower::types::schema::home::Home;
use crate::lower::types::schema::kinds::Kinds;
use crate::lower::types::schema::read::Additional;

/// What is known of the text of a header.
pub enum HeaderText {
    /// Its values are read in this form.
    Form(HeaderForm),
    /// Its schema does not restrict it.
    Any,
    /// Its values cannot be written as the text of a header.
    Unwritable,
}

const STRING: Scalars = Scalars { boolean: false, number: false, string: true };

impl<'d, 's> Types<'d, 's> {
    /// How the text of a header is read as a schema, in the style `simple`.
    ///
    /// # Errors
    /// The schema has an error.
    pub fn header_text(
        &mut self,
        schema: &'d Node<'s>,
        explode: bool,
        report: &mut Report,
    ) -> Result<HeaderText, Reported> {
        let flat = self.facts.flatten(&[(schema, Home::Own)], report)?;
        let kinds = self.facts.of(schema).kinds.without(Kinds::NULL);
        if kinds.is_empty() {
            return Ok(HeaderText::Any);
        }
        let is_choice = !flat.unions.is_empty();
        let form = match kinds.one() {
            Some(JsonKind::Object | JsonKind::Array) if is_choice => None,
            Some(JsonKind::Object) => self.object_form(&flat, explode),
            Some(JsonKind::Array) => self.list_form(&flat),
            Some(_) if !is_choice => Some(HeaderForm::Plain),
            _ => scalars(kinds).map(HeaderForm::Scalar),
        };
        Ok(form.map_or(HeaderText::Unwritable, HeaderText::Form))
    }

    fn object_form(&mut self, flat: &Flat<'d, 's>, explode: bool) -> Option<HeaderForm> {
        let members = properties(&flat.parts).into_iter().map(|property| {
            let kinds = property.others.iter().fold(self.facts.of(&property.first.value).kinds, |kinds, (other, _)| {
                let more = self.facts.of(other).kinds;
                if kinds.is_empty() || more.is_empty() { kinds.or(more) } else { kinds.and(more) }
            });
            Some((property.first.key.to_string(), scalars(kinds)?))
        });
        let members: Option<Vec<(String, Scalars)>> = members.collect();
        let others = flat.parts.iter().find_map(|part| match part.additional {
            Additional::Of(node) => Some(scalars(self.facts.of(node).kinds)),
            _ => None,
        });
        Some(HeaderForm::Object { explode, members: members?, others: others.unwrap_or(Some(STRING))? })
    }

    fn list_form(&mut self, flat: &Flat<'d, 's>) -> Option<HeaderForm> {
        if flat.parts.iter().any(|part| part.prefix_items.is_some()) {
            return None;
        }
        let Some(items) = flat.parts.iter().find_map(|part| part.items) else {
            return Some(HeaderForm::List(STRING));
        };
        let of_items = self.facts.of(items);
        let is_choice = ["oneOf", "anyOf"].iter().any(|word| self.facts.essence(items).get(word).is_some());
        let kinds = of_items.kinds.without(Kinds::NULL);
        match kinds.one() {
            Some(JsonKind::Array | JsonKind::Object) => None,
            Some(_) if !is_choice => Some(HeaderForm::Plain),
            _ => scalars(kinds).map(HeaderForm::List),
        }
    }
}

/// The scalars among kinds; `None` if there are others. A text without a schema is a string.
fn scalars(kinds: Kinds) -> Option<Scalars> {
    if kinds.has(Kinds::ARRAY.or(Kinds::OBJECT)) {
        return None;
    }
    let string = kinds.has(Kinds::STRING) || kinds.without(Kinds::NULL).is_empty();
    let number = kinds.has(Kinds::INTEGER.or(Kinds::NUMBER));
    Some(Scalars { boolean: kinds.has(Kinds::BOOL), number, string })
}
