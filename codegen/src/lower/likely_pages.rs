//! Finds operations whose responses are likely pages, for `inspect`.

use crate::config::{lines, quoted};
use crate::document::load::node::Node;
use crate::document::references::Refs;
use crate::document::spec::SpecOperation;
use crate::ir::operation::{Method, Operation};
use std::fmt::Write;

/// The lines of configuration for the pages of an operation; `None` if its responses are not likely pages.
pub fn likely_pages<'d, 's>(
    operation: &Operation,
    from: &SpecOperation<'d, 's>,
    refs: &Refs<'d, 's>,
) -> Option<String> {
    if !matches!(from.method, Method::Named("GET" | "POST")) {
        return None;
    }
    let found = Found { refs };
    let response = found.response(from)?;
    let schema = found.json_schema(response)?;
    let properties = found.properties(schema);
    let is_array = |node: &Node<'_>| kind(node) == Some("array");
    let arrays: Vec<&str> = properties.iter().filter(|(_, schema)| is_array(schema)).map(|(name, _)| *name).collect();
    if arrays.is_empty() && !is_array(schema) {
        return None;
    }
    let query = found.query(from);
    let body = from.node.get("requestBody").and_then(|body| found.json_schema(found.resolved(body)));
    let body: Vec<&str> = body.map(|body| found.properties(body)).unwrap_or_default().iter().map(|(n, _)| *n).collect();
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let next = token(&names, &query, &body)
        .or_else(|| url(&properties))
        .or_else(|| has_link(response).then(|| "link = true".to_owned()))
        .or_else(|| counted(&query, PAGES, "page").map(|line| line + &end(&names, NUMBER_ENDS)))
        .or_else(|| counted(&query, OFFSETS, "offset").map(|line| line + &end(&names, OFFSET_ENDS)))?;
    let mut keys = String::new();
    if let [first, _, ..] = arrays.as_slice() {
        let _ = writeln!(keys, "items = {}", quoted(&format!("/{first}")));
    }
    keys.push_str(&next);
    let table = format!("paginate.{}", quoted(operation.name.as_str()));
    Some(lines(&table, &keys).trim_start().to_owned())
}

/// The names of tokens in responses, without punctuation and in lower case, the most certain first.
const TOKENS: &[&str] = &[
    "nexttoken",
    "nextpagetoken",
    "lastevaluatedkey",
    "nextcursor",
    "continuationtoken",
    "paginationtoken",
    "nextmarker",
    "nextkey",
    "cursor",
    "marker",
];

/// The names of parameters that take a token.
const TAKERS: &[&str] = &[
    "exclusivestartkey",
    "startkey",
    "lastevaluatedkey",
    "startingtoken",
    "pagetoken",
    "token",
    "cursor",
    "after",
    "marker",
    "continuationtoken",
    "paginationtoken",
];

const PAGES: &[&str] = &["page", "pagenumber", "pageno"];
const OFFSETS: &[&str] = &["offset", "skip"];

/// A token of the response, and the parameter or the property of the body that takes it.
fn token(response: &[&str], query: &[&str], body: &[&str]) -> Option<String> {
    TOKENS.iter().find_map(|token| {
        let from = response.iter().find(|name| plain(name) == *token)?;
        let takes = |name: &&&str| {
            let name = plain(name);
            name == *token || token.strip_prefix("next") == Some(name.as_str()) || TAKERS.contains(&name.as_str())
        };
        let same = |all: &[&str]| {
            all.iter().find(|name| plain(name) == *token).or_else(|| all.iter().find(takes)).map(|n| (*n).to_owned())
        };
        let into = same(query).or_else(|| same(body).map(|name| format!("/{name}")))?;
        Some(format!("next = {}\ntoken = {}", quoted(&format!("/{from}")), quoted(&into)))
    })
}

/// A parameter that counts pages or items.
fn counted(query: &[&str], names: &[&str], key: &str) -> Option<String> {
    let name = query.iter().find(|name| names.contains(&plain(name).as_str()))?;
    Some(format!("{key} = {}", quoted(name)))
}

/// A key of the configuration, and the names of the properties for it.
type End = (&'static str, &'static [&'static str]);

const MORE: End = ("more", &["hasmore", "hasnext", "hasnextpage"]);
const PAGE_COUNT: End = ("pages", &["totalpages", "pagecount", "numpages", "lastpage"]);
const TOTAL: End = ("total", &["total", "totalcount", "totalitems", "totalelements"]);

/// What says which of the numbered pages is the last one, the most certain first.
const NUMBER_ENDS: &[End] = &[MORE, PAGE_COUNT, TOTAL];
const OFFSET_ENDS: &[End] = &[MORE, TOTAL];

/// The line for what ends counted pages, or nothing.
fn end(response: &[&str], ends: &[End]) -> String {
    let found = ends.iter().find_map(|(key, names)| {
        let name = response.iter().find(|name| names.contains(&plain(name).as_str()))?;
        Some(format!("\n{key} = {}", quoted(&format!("/{name}"))))
    });
    found.unwrap_or_default()
}

/// A property with the URL of the next page, as Django REST framework has it.
fn url(properties: &[(&str, &Node<'_>)]) -> Option<String> {
    let is_url =
        |schema: &Node<'_>| schema.get("format").and_then(Node::as_str).is_some_and(|format| format.starts_with("ur"));
    let found = properties.iter().find(|(name, schema)| plain(name).starts_with("next") && is_url(schema))?;
    Some(format!("link = {}", quoted(&format!("/{}", found.0))))
}

fn has_link(response: &Node<'_>) -> bool {
    let headers = response.get("headers").and_then(Node::members).unwrap_or_default();
    headers.iter().any(|header| header.key.eq_ignore_ascii_case("link"))
}

/// A name in lower case without punctuation.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn kind<'d>(schema: &'d Node<'_>) -> Option<&'d str> {
    schema.get("type").and_then(Node::as_str)
}

struct Found<'r, 'd, 's> {
    refs: &'r Refs<'d, 's>,
}

impl<'d, 's> Found<'_, 'd, 's> {
    fn resolved(&self, node: &'d Node<'s>) -> &'d Node<'s> {
        self.refs.find(node).map_or(node, |found| found.node)
    }

    /// The first successful response.
    fn response(&self, from: &SpecOperation<'d, 's>) -> Option<&'d Node<'s>> {
        let responses = from.node.get("responses").and_then(Node::members)?;
        let of = |wanted: &str| responses.iter().find(|response| response.key == wanted);
        let found = ["200", "206", "2XX", "default"].iter().find_map(|status| of(status))?;
        Some(self.resolved(&found.value))
    }

    /// The schema of the JSON content of a response or a body.
    fn json_schema(&self, holder: &'d Node<'s>) -> Option<&'d Node<'s>> {
        let content = holder.get("content").and_then(Node::members)?;
        let json = content.iter().find(|media| media.key.contains("json") || media.key == "*/*")?;
        Some(self.resolved(json.value.get("schema")?))
    }

    /// The properties of a schema and of its `allOf`, resolved.
    fn properties(&self, schema: &'d Node<'s>) -> Vec<(&'d str, &'d Node<'s>)> {
        let parts = schema.get("allOf").and_then(Node::elements).unwrap_or_default().iter().take(MOST_PARTS);
        let all = std::iter::once(schema).chain(parts.map(|part| self.resolved(part)));
        let members = all.flat_map(|schema| schema.get("properties").and_then(Node::members).unwrap_or_default());
        members.take(MOST_PROPERTIES).map(|member| (&*member.key, self.resolved(&member.value))).collect()
    }

    /// The names of the query parameters.
    fn query(&self, from: &SpecOperation<'d, 's>) -> Vec<&'d str> {
        let holders = std::iter::once(from.node).chain(from.items.iter().copied());
        let lists = holders.filter_map(|holder| holder.get("parameters").and_then(Node::elements));
        let parameters = lists.flatten().take(MOST_PROPERTIES).map(|parameter| self.resolved(parameter));
        let is_query = |parameter: &&Node<'s>| parameter.get("in").and_then(Node::as_str) == Some("query");
        parameters.filter(is_query).filter_map(|parameter| parameter.get("name").and_then(Node::as_str)).collect()
    }
}

/// The maximum number of parts of an `allOf`, and of properties and parameters, that are read for a proposal.
const MOST_PARTS: usize = 8;
const MOST_PROPERTIES: usize = 200;

#[cfg(test)]
mod tests {
    use super::{NUMBER_ENDS, OFFSET_ENDS, end, token};

    #[test]
    fn a_token_has_a_parameter_that_takes_it() {
        let line = |from: &str, into: &str| Some(format!("next = \"/{from}\"\ntoken = \"{into}\""));
        assert_eq!(token(&["items", "nextToken"], &["limit", "NextToken"], &[]), line("nextToken", "NextToken"));
        assert_eq!(token(&["next_cursor"], &["cursor"], &[]), line("next_cursor", "cursor"));
        assert_eq!(
            token(&["LastEvaluatedKey"], &[], &["Limit", "ExclusiveStartKey"]),
            line("LastEvaluatedKey", "/ExclusiveStartKey")
        );
        assert_eq!(token(&["nextPageToken"], &["page", "pageToken"], &[]), line("nextPageToken", "pageToken"));
        assert_eq!(token(&["nextToken"], &["limit"], &["name"]), None);
        assert_eq!(token(&["name"], &["token"], &[]), None);
    }

    #[test]
    fn counted_pages_end_where_the_response_says_so() {
        assert_eq!(end(&["items", "total", "has_more"], NUMBER_ENDS), "\nmore = \"/has_more\"");
        assert_eq!(end(&["content", "totalElements", "totalPages"], NUMBER_ENDS), "\npages = \"/totalPages\"");
        assert_eq!(end(&["content", "totalElements", "totalPages"], OFFSET_ENDS), "\ntotal = \"/totalElements\"");
        assert_eq!(end(&["items"], NUMBER_ENDS), "");
    }
}
