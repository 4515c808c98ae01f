//! Generates the client into `OUT_DIR`, and again whenever the document changes.

fn main() -> Result<(), cogen::Report> {
    cogen::Builder::new("../petstore/openapi.yaml").file_name("petstore.rs").write_to_out_dir()
}
