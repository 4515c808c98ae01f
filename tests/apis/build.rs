//! Generates one module for each document.

/// The modules and their documents in `tests/specs/ok`.
const DOCUMENTS: &[(&str, &str)] = &[
    ("shelter", "rest-export-swagger2.json"),
    ("library", "rest-export-oas30.json"),
    ("lambda", "lambda.yaml"),
    ("iam", "iam.yaml"),
    ("plain", "plain-openapi.yaml"),
    ("sixty", "sixty-scopes.yaml"),
    ("answers", "answers-media.yaml"),
    ("headers", "headers.yaml"),
    ("streams", "answers-streams.yaml"),
];

fn main() -> Result<(), cogen::Report> {
    for (name, document) in DOCUMENTS {
        cogen::Builder::new(format!("../specs/ok/{document}"))
            .file_name(format!("{name}.rs"))
            .quiet(true)
            .write_to_out_dir()?;
    }
    for name in ["tokens", "pages", "idempotency"] {
        cogen::Builder::new(format!("../specs/ok/{name}.yaml"))
            .config(format!("../specs/ok/{name}.cogen.toml"))
            .file_name(format!("{name}.rs"))
            .quiet(true)
            .write_to_out_dir()?;
    }
    cogen::Builder::new("../specs/ok/http-export.yaml")
        .schemas("../specs/ok/http-source.yaml")
        .file_name("orders.rs")
        .quiet(true)
        .write_to_out_dir()
}
