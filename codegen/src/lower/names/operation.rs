//! What an operation is called: by its `operationId`, or by its method and path.

use crate::lower::names::words;

/// The names for an operation, as text to be settled with those of the others, the best first; never empty.
///
/// With an `operationId`: its words, then these and the second name below. Without one:
///
/// 1. the method (`any` for `x-amazon-apigateway-any-method`) and the words of the path without its parameters, where
///    what a parameter follows is one of many and so is singular: `GET /pets` is `get_pets`, `GET /pets/{id}` is
///    `get_pet`, `GET /pets/{id}/toys` is `get_pet_toys`; a greedy parameter is named (`ANY /api/{proxy+}` is
///    `any_api_proxy`), and a path without words is `root` or named by its last parameter (`GET /{id}` is `get_by_id`);
/// 2. the method and all words of the path in its order, parameters after `by`: `get_pets_by_id`, `get_pets_by_id_toys`,
///    `get_pets_without_parameters`;
/// 3. the same, and whether the path ends in a slash: `get_pets_slash`, `get_pets_no_slash`.
pub fn operation_names(method: &str, path: &str, operation_id: Option<&str>) -> Vec<String> {
    let method = words(if method.eq_ignore_ascii_case("x-amazon-apigateway-any-method") { "any" } else { method });
    let words_of_path = long(&method, path);
    let long = if path.contains('{') { words_of_path.clone() } else { format!("{words_of_path}_without_parameters") };
    if let Some(id) = operation_id.filter(|id| id.chars().any(char::is_alphanumeric)) {
        let id = words(id).join("_");
        let both = format!("{id}_{words_of_path}");
        return vec![id, both];
    }
    let exact = format!("{words_of_path}_{}", if path.len() > 1 && path.ends_with('/') { "slash" } else { "no_slash" });
    let Parts { mut static_words, params, greedy } = parts(path);
    let named_by = params.last().filter(|_| static_words.is_empty() && !greedy).cloned();
    if static_words.is_empty() && params.is_empty() {
        static_words.push("root".to_owned());
    }
    let mut short = method;
    short.extend(static_words);
    let mut short = short.join("_");
    if let Some(last) = named_by {
        short = format!("{short}_by_{last}");
    }
    vec![short, long, exact]
}

/// The names for a path, as text, the best first: the words of its text, and all its words in its order.
pub fn path_names(path: &str) -> Vec<String> {
    let text = path.split('/').filter(|segment| !segment.contains('{')).flat_map(text_words).collect::<Vec<_>>();
    let short = if text.is_empty() { "root".to_owned() } else { text.join("_") };
    vec![format!("{short}_path"), format!("{}_path", long(&[], path))]
}

/// The method and all words of a path, in the order of the path.
fn long(method: &[String], path: &str) -> String {
    let mut all: Vec<String> = method.to_vec();
    for segment in path.split('/') {
        let mut rest = segment;
        while let Some((text, (name, after))) = parameter(rest) {
            all.extend(text_words(text));
            all.push(if name.ends_with('+') { "by_greedy" } else { "by" }.to_owned());
            all.extend(words(name.trim_end_matches('+')));
            rest = after;
        }
        all.extend(text_words(rest));
    }
    if all.len() == method.len() {
        all.push("root".to_owned());
    }
    all.join("_")
}

/// The text before the first parameter of a segment, the parameter's name, and what follows it.
fn parameter(segment: &str) -> Option<(&str, (&str, &str))> {
    segment.split_once('{').and_then(|(text, more)| Some((text, more.split_once('}')?)))
}

fn text_words(text: &str) -> Vec<String> {
    if text.contains(char::is_alphanumeric) { words(text) } else { Vec::new() }
}

struct Parts {
    /// The words of the text of the path, and of a greedy parameter.
    static_words: Vec<String>,
    /// The parameters, each as joined words.
    params: Vec<String>,
    greedy: bool,
}

fn parts(path: &str) -> Parts {
    let mut parts = Parts { static_words: Vec::new(), params: Vec::new(), greedy: false };
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    for (index, segment) in segments.iter().enumerate() {
        let mut rest = *segment;
        while let Some((text, (name, after))) = parameter(rest) {
            parts.static_words.extend(text_words(text));
            let greedy = name.ends_with('+');
            let name = words(name.trim_end_matches('+'));
            if greedy {
                parts.greedy = true;
                parts.static_words.extend(name);
            } else {
                parts.params.push(name.join("_"));
            }
            rest = after;
        }
        parts.static_words.extend(text_words(rest));
        let one_of_many = segments.get(index + 1).is_some_and(|next| next.starts_with('{') && !next.contains("+}"));
        if one_of_many
            && !segment.contains('{')
            && let Some(last) = parts.static_words.last_mut()
        {
            *last = singular(last);
        }
    }
    parts
}

/// The singular of an English noun in lower case, by simple rules; what is in doubt stays as it is.
fn singular(word: &str) -> String {
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return (*one).to_owned();
    }
    let stem = |ending: &str, instead: &str| word.strip_suffix(ending).map(|stem| format!("{stem}{instead}"));
    let unchanged = word.len() < 4 && word != "ids"
        || !word.ends_with('s')
        || ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending))
        || SINGULAR.contains(&word);
    if unchanged {
        return word.to_owned();
    }
    None.or_else(|| stem("ies", "y"))
        .or_else(|| stem("sses", "ss"))
        .or_else(|| stem("xes", "x"))
        .or_else(|| stem("ches", "ch"))
        .or_else(|| stem("shes", "sh"))
        .or_else(|| stem("s", ""))
        .unwrap_or_else(|| word.to_owned())
}

const SINGULAR: &[&str] = &[
    "news",
    "series",
    "species",
    "lens",
    "canvas",
    "atlas",
    "alias",
    "bias",
    "gas",
    "https",
    "cors",
    "dns",
    "sms",
    "gps",
    "aws",
    "tls",
    "css",
    "ios",
    "sns",
    "sqs",
    "ecs",
    "eks",
    "rds",
    "kms",
    "ops",
    "devops",
    "analytics",
    "statistics",
    "stats",
    "sales",
    "physics",
    "mathematics",
    "maths",
];

const IRREGULAR: &[(&str, &str)] = &[
    ("people", "person"),
    ("children", "child"),
    ("men", "man"),
    ("women", "woman"),
    ("mice", "mouse"),
    ("indices", "index"),
    ("vertices", "vertex"),
    ("matrices", "matrix"),
    ("movies", "movie"),
    ("cookies", "cookie"),
    ("calories", "calorie"),
    ("selfies", "selfie"),
    ("ties", "tie"),
    ("pies", "pie"),
    ("caches", "cache"),
    ("aches", "ache"),
    ("axes", "axis"),
    ("statuses", "status"),
    ("buses", "bus"),
    ("bonuses", "bonus"),
    ("campuses", "campus"),
    ("viruses", "virus"),
    ("menus", "menu"),
    ("aliases", "alias"),
    ("biases", "bias"),
    ("gases", "gas"),
    ("canvases", "canvas"),
    ("lenses", "lens"),
    ("analyses", "analysis"),
    ("heroes", "hero"),
    ("quizzes", "quiz"),
    ("leaves", "leaf"),
    ("knives", "knife"),
    ("wolves", "wolf"),
    ("shelves", "shelf"),
    ("apis", "api"),
    ("skis", "ski"),
    ("taxis", "taxi"),
    ("kpis", "kpi"),
    ("uris", "uri"),
    ("ids", "id"),
    ("potatoes", "potato"),
    ("tomatoes", "tomato"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_method_and_path() {
        let cases = [
            ("GET", "/pets", "get_pets", "get_pets"),
            ("get", "/pets/{id}", "get_pet", "get_pets_by_id"),
            ("GET", "/pets/{petId}/toys", "get_pet_toys", "get_pets_by_pet_id_toys"),
            ("DELETE", "/pets/{petId}/toys/{toyId}", "delete_pet_toy", "delete_pets_by_pet_id_toys_by_toy_id"),
            ("POST", "/pets", "post_pets", "post_pets"),
            ("PUT", "/status/{id}", "put_status", "put_status_by_id"),
            ("GET", "/addresses/{id}", "get_address", "get_addresses_by_id"),
            ("GET", "/news/{id}", "get_news", "get_news_by_id"),
            ("GET", "/categories/{id}", "get_category", "get_categories_by_id"),
            ("GET", "/", "get_root", "get_root"),
            ("GET", "", "get_root", "get_root"),
            ("GET", "/{id}", "get_by_id", "get_by_id"),
            ("GET", "/{a}/{b}", "get_by_b", "get_by_a_by_b"),
            ("ANY", "/{proxy+}", "any_proxy", "any_by_greedy_proxy"),
            ("x-amazon-apigateway-any-method", "/api/{proxy+}", "any_api_proxy", "any_api_by_greedy_proxy"),
            ("ANY", "/$default", "any_default", "any_default"),
            ("POST", "/users/{id}:activate", "post_user_activate", "post_users_by_id_activate"),
            ("GET", "/items.{format}", "get_items", "get_items_by_format"),
            ("GET", "/v1/user-accounts/{id}", "get_v1_user_account", "get_v1_user_accounts_by_id"),
            ("GET", "/{", "get_root", "get_root"),
            ("GET", "/💥/{💥}", "get_by_u1f4a5", "get_by_u1f4a5"),
        ];
        for (method, path, short, long) in cases {
            let names = operation_names(method, path, None);
            let more = if path.contains('{') { "" } else { "_without_parameters" };
            let want = [short.to_owned(), format!("{long}{more}"), format!("{long}_no_slash")];
            assert_eq!(names, want, "{method} {path}");
        }
        assert_eq!(operation_names("GET", "/pets/", None)[2], "get_pets_slash");
        assert_eq!(path_names("/pets/{id}/toys"), ["pets_toys_path", "pets_by_id_toys_path"]);
        assert_eq!(path_names("/{id}"), ["root_path", "by_id_path"]);
    }

    #[test]
    fn names_by_operation_id() {
        let cases = [
            ("Create Pet", "create_pet"),
            ("pets/list", "pets_list"),
            ("GET HTTP", "get_http"),
            ("getURLs", "get_urls"),
        ];
        for (id, want) in cases {
            assert_eq!(operation_names("GET", "/x/{y}", Some(id)), [want.to_owned(), format!("{want}_get_x_by_y")]);
        }
        for id in ["", "--"] {
            assert_eq!(operation_names("GET", "/x", Some(id)), operation_names("GET", "/x", None));
        }
    }
}
