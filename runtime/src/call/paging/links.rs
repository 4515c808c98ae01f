//! The header `Link` (RFC 8288, section 3).

/// The target of the first link with the relation `next`.
pub(crate) fn next_link(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (target, parameters) = rest.strip_prefix('<')?.split_once('>')?;
        let (is_next, after) = read_parameters(parameters);
        if is_next {
            return Some(target.trim());
        }
        rest = after;
    }
}

/// Whether the parameters of a link have the relation `next`, and what follows them.
fn read_parameters(text: &str) -> (bool, &str) {
    let mut relation: Option<bool> = None;
    let mut rest = text.trim_start();
    while let Some(parameter) = rest.strip_prefix(';') {
        let parameter = parameter.trim_start();
        let end = parameter.find(['=', ';', ',']).unwrap_or(parameter.len());
        let (name, after) = parameter.split_at(end);
        let (value, after) = match after.strip_prefix('=') {
            Some(value) => read_value(value.trim_start()),
            None => ("", after),
        };
        // A second `rel` is ignored.
        if name.trim().eq_ignore_ascii_case("rel") && relation.is_none() {
            relation = Some(value.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next")));
        }
        rest = after.trim_start();
    }
    (relation == Some(true), rest)
}

/// A token or a quoted string, and what follows it.
fn read_value(text: &str) -> (&str, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        return text.split_at(text.find([';', ',']).unwrap_or(text.len()));
    };
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match c {
            '"' if !escaped => return (&quoted[..at], &quoted[at + 1..]),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    (quoted, "")
}

#[cfg(test)]
mod tests {
    use super::next_link;

    #[test]
    fn the_link_to_the_next_page() {
        for (header, target) in [
            ("</pets?page=2>; rel=\"next\"", Some("/pets?page=2")),
            ("<?p=1>; rel=prev, <?p=3>;rel=next", Some("?p=3")),
            ("<a>; title=\"b, <c>; rel=\\\"next\\\"\"; rel=last , <d> ; REL = \"first Next\"", Some("d")),
            ("<a,b>; rel=\"next\"", Some("a,b")),
            ("<a>; rel=last; rel=next", None),
            ("<a>; rel=nextish", None),
            ("<a>", None),
            ("a; rel=next", None),
            ("<a", None),
            ("", None),
        ] {
            assert_eq!(next_link(header), target, "{header}");
        }
    }
}
