//! The structs of required fields that the macro of generated code writes.

#![allow(clippy::unwrap_used, missing_docs)]

mod types {
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Pet {
        pub id: i64,
        pub name: String,
        pub owner: Option<String>,
        pub parent: Box<Stamp>,
        pub kind: String,
    }

    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Stamp {
        pub at: Option<i64>,
    }
}

mod required {
    use super::types;
    use cogen_runtime::__rt::v1 as rt;

    rt::constructors! {
        Pet { id: i64, name: String, parent: types::Stamp } [owner] (kind: ::core::convert::From::from("pet"));
    }

    rt::empty! {
        Stamp [at] ();
    }
}

#[test]
fn required_fields_become_the_whole_value() {
    let parent = types::Stamp::default();
    assert_eq!(parent.at, None);
    let pet: types::Pet = required::Pet { id: 7, name: "Rex".to_owned(), parent }.into();
    assert_eq!((pet.id, pet.name.as_str(), pet.owner, pet.kind.as_str()), (7, "Rex", None, "pet"));
    assert_eq!(*pet.parent, types::Stamp::default());
}
