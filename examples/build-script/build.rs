//! Generates the client into `OUT_DIR`, anew whenever the document changes.

fn main() -> Result<(), cogen::Report> {
    cogen::Builder::new("../petstore/openapi.yaml").write_to_out_dir()
}
