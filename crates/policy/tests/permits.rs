//! Permits are made by this crate alone, and used once: what must not compile does not.

#[test]
fn permits_cannot_be_forged() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
