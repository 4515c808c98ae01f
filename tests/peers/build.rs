//! Generates the client of the HTTP API.

fn main() -> Result<(), cogen::diagnostics::report::Report> {
    cogen::Builder::new("http-api.yaml").file_name("visits.rs").quiet(true).write_to_out_dir()
}
