//! The example of each code, from the files in `examples/`.
//!
//! - `CODE.yaml` or `CODE.json` is a document; `CODE.toml` is its configuration, `CODE.schemas.yaml` its `--schemas`.
//! - Where a document is not enough, `CODE.sh` is a shell script that writes the files and runs cogen, and `CODE.rs` is a program.
//! - `CODE.stderr` is what cogen prints for the example. The test in `tests/examples.rs` compares it as a whole.

use crate::diagnostics::codes::{Example, ExampleFile};
use crate::diagnostics::report::Code;

/// The example of a code.
pub(crate) fn of(code: Code) -> Example {
    let short = code.0.strip_prefix("COGEN-").unwrap_or(code.0);
    let found = TABLE.iter().find(|(known, _)| *known == short);
    Example { files: found.map_or(&[], |(_, files)| files) }
}

macro_rules! table {
    ($($code:literal: $($extension:literal)+;)*) => {
        &[$((
            $code,
            &[$(ExampleFile {
                name: concat!($code, ".", $extension),
                text: include_str!(concat!("examples/", $code, ".", $extension)),
            }),+],
        )),*]
    };
}

const TABLE: &[(&str, &[ExampleFile])] = table! {
    "L001": "yaml" "toml";
    "L002": "yaml" "toml";
    "L003": "yaml" "toml";
    "L010": "yaml";
    "L011": "sh";
    "L012": "sh";
    "L013": "sh";
    "L014": "yaml";
    "L015": "yaml";
    "L016": "sh";
    "L020": "json";
    "L021": "json";
    "L022": "json";
    "L030": "yaml";
    "L031": "yaml";
    "L032": "yaml";
    "L033": "yaml";
    "L034": "yaml";
    "L035": "yaml";
    "L036": "yaml";
    "L037": "sh";
    "U001": "yaml";
    "U002": "yaml";
    "U003": "yaml";
    "U010": "yaml";
    "U011": "yaml";
    "U012": "yaml";
    "U021": "yaml";
    "U022": "sh";
    "U023": "yaml";
    "U024": "yaml";
    "U025": "yaml";
    "C001": "yaml" "toml";
    "C002": "yaml" "toml";
    "C003": "yaml" "toml";
    "C004": "yaml" "toml";
    "C005": "yaml" "toml";
    "C006": "yaml" "toml";
    "C007": "yaml" "toml";
    "C024": "yaml" "toml";
    "C060": "yaml" "toml";
    "C061": "yaml" "toml";
    "C025": "yaml" "toml";
    "C050": "yaml" "toml";
    "C051": "sh";
    "W001": "sh";
    "W002": "sh";
    "W003": "sh";
    "W004": "sh";
    "W005": "sh";
    "W006": "rs";
    "W008": "yaml";
    "W007": "sh";
    "S001": "yaml";
    "S002": "yaml";
    "S003": "yaml";
    "S004": "yaml";
    "S005": "yaml";
    "S006": "yaml";
    "S007": "yaml";
    "S008": "yaml";
    "S009": "yaml";
    "S010": "yaml";
    "S011": "yaml";
    "S012": "yaml";
    "S020": "yaml";
    "O001": "yaml";
    "O002": "yaml";
    "O003": "yaml";
    "O004": "yaml";
    "O005": "yaml";
    "O010": "yaml";
    "O011": "yaml";
    "O012": "yaml";
    "O013": "yaml";
    "O014": "yaml";
    "O015": "yaml";
    "O016": "yaml";
    "O017": "yaml";
    "O018": "yaml" "toml";
    "O023": "yaml";
    "O019": "yaml" "toml";
    "O020": "yaml";
    "O021": "yaml" "schemas.yaml";
    "O022": "yaml" "schemas.yaml";
    "O070": "yaml" "schemas.yaml";
    "O071": "yaml" "schemas.yaml";
    "O030": "yaml";
    "O040": "yaml";
    "O041": "yaml";
    "O042": "yaml";
    "O043": "yaml";
    "A001": "yaml";
    "A002": "yaml";
    "A003": "yaml";
    "A004": "yaml";
    "A005": "yaml";
    "A006": "yaml";
    "A007": "yaml";
    "A008": "yaml";
    "A010": "yaml";
    "A011": "yaml";
    "A012": "yaml";
    "A013": "yaml";
    "A014": "yaml";
    "A015": "yaml";
    "A016": "yaml";
    "A017": "yaml";
    "A018": "yaml";
    "A019": "yaml" "toml";
    "A020": "yaml";
    "A021": "yaml" "toml";
    "A022": "yaml";
    "A023": "yaml";
    "A024": "yaml";
    "A025": "yaml";
    "A026": "yaml";
    "A027": "yaml";
    "A028": "yaml";
    "A029": "yaml";
    "A030": "yaml";
    "A031": "yaml";
    "A032": "yaml";
    "A033": "yaml" "toml";
    "A036": "yaml";
    "A034": "yaml";
    "A035": "yaml";
    "A040": "yaml";
    "A041": "yaml" "toml";
    "C021": "yaml" "toml";
    "C022": "yaml" "toml";
    "C023": "yaml" "toml";
    "R001": "yaml";
    "R002": "yaml";
    "R003": "yaml";
    "R004": "yaml";
    "R005": "yaml";
    "T001": "yaml";
    "T002": "yaml";
    "T003": "yaml";
    "T004": "yaml";
    "T005": "yaml" "toml";
    "T006": "yaml";
    "T007": "yaml";
    "T008": "yaml";
    "T009": "yaml";
    "T010": "yaml";
    "T011": "yaml";
    "T012": "yaml";
    "T013": "yaml";
    "T014": "yaml";
    "T015": "yaml";
    "T016": "yaml";
    "T017": "yaml";
    "T018": "yaml";
    "T019": "yaml";
    "N001": "yaml";
    "N002": "yaml" "toml";
    "N003": "yaml" "toml";
};
