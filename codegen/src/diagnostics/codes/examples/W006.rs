//! A program that is not a build script.

pub fn main() -> Result<(), cogen::Report> {
    cogen::Builder::new("openapi.yaml").write_to_out_dir()
}
