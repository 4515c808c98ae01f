//! Programs against the project's own documents: the right ones compile, and the wrong ones fail with the domain's
//! message. `TRYBUILD=overwrite cargo test -p cogen-tests --test ui` writes the messages anew.

#[test]
fn the_compiler_says_what_is_needed() {
    let programs = trybuild::TestCases::new();
    programs.pass("ui/pass/*.rs");
    programs.compile_fail("ui/fail/*.rs");
}
