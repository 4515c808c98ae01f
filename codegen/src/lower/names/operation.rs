//! What an operation is called: by its `operationId`, or by its method and path.

use super::words;

/// The best name for an operation, as text to be claimed in a namespace; see [`operation_names`].
pub fn operation_name(method: &str, path: &str, operation_id: Option<&str>) -> String {
    operation_names(method, path, operation_id).into_iter().next().unwrap_or_default()
}

/// The names for an operation, as text to be claimed in a namespace, the best first; never empty.
///
/// With an `operationId` there is one: its words. Without one:
///
/// 1. the method (`any` for `x-amazon-apigateway-any-method`) and the words of the path without its parameters, where
///    what a parameter follows is one of many and so is singular: `GET /pets` is `get_pets`, `GET /pets/{id}` is
///    `get_pet`, `GET /pets/{id}/toys` is `get_pet_toys`; a greedy parameter is named (`ANY /api/{proxy+}` is
///    `any_api_proxy`), and a path without words is `root` or named by its parameters (`GET /{id}` is `get_by_id`);
/// 2. for a path with parameters, the same with the last one: `get_pet_by_id`;
/// 3. the same with all of them: `get_pet_by_store_and_id`;
/// 4. for a path that ends in a slash, the same as 1 with `slash`.
pub fn operation_names(method: &str, path: &str, operation_id: Option<&str>) -> Vec<String> {
    if let Some(id) = operation_id.filter(|id| id.chars().any(char::is_alphanumeric)) {
        return vec![words(id).join("_")];
    }
    let method = words(if method.eq_ignore_ascii_case("x-amazon-apigateway-any-method") { "any" } else { method });
    let Parts { mut static_words, params, greedy } = parts(path);
    let mut named_by_params = false;
    if static_words.is_empty() && !greedy {
        named_by_params = !params.is_empty();
        if !named_by_params {
            static_words.push("root".to_owned());
        }
    }
    let stem = method.iter().chain(&static_words).cloned().collect::<Vec<_>>().join("_");
    let mut names = Vec::with_capacity(4);
    if !named_by_params {
        names.push(stem.clone());
    }
    if let Some(last) = params.last() {
        names.push(format!("{stem}_by_{last}"));
    }
    if params.len() > 1 {
        names.push(format!("{stem}_by_{}", params.join("_and_")));
    }
    if path.len() > 1 && path.ends_with('/') {
        names.push(format!("{stem}_slash"));
    }
    names
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
        while let Some((text, (name, after))) =
            rest.split_once('{').and_then(|(text, more)| Some((text, more.split_once('}')?)))
        {
            parts.push_text(text);
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
        parts.push_text(rest);
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

impl Parts {
    fn push_text(&mut self, text: &str) {
        if text.contains(char::is_alphanumeric) {
            self.static_words.extend(words(text));
        }
    }
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
        let cases: &[(&str, &str, &[&str])] = &[
            ("GET", "/pets", &["get_pets"]),
            ("get", "/pets/{id}", &["get_pet", "get_pet_by_id"]),
            ("GET", "/pets/{petId}/toys", &["get_pet_toys", "get_pet_toys_by_pet_id"]),
            (
                "DELETE",
                "/pets/{petId}/toys/{toyId}",
                &["delete_pet_toy", "delete_pet_toy_by_toy_id", "delete_pet_toy_by_pet_id_and_toy_id"],
            ),
            ("POST", "/pets", &["post_pets"]),
            ("PUT", "/status/{id}", &["put_status", "put_status_by_id"]),
            ("GET", "/addresses/{id}", &["get_address", "get_address_by_id"]),
            ("GET", "/news/{id}", &["get_news", "get_news_by_id"]),
            ("GET", "/categories/{id}", &["get_category", "get_category_by_id"]),
            ("GET", "/", &["get_root"]),
            ("GET", "", &["get_root"]),
            ("GET", "/{id}", &["get_by_id"]),
            ("GET", "/{a}/{b}", &["get_by_b", "get_by_a_and_b"]),
            ("ANY", "/{proxy+}", &["any_proxy"]),
            ("x-amazon-apigateway-any-method", "/api/{proxy+}", &["any_api_proxy"]),
            ("ANY", "/$default", &["any_default"]),
            ("GET", "/pets/", &["get_pets", "get_pets_slash"]),
            ("POST", "/users/{id}:activate", &["post_user_activate", "post_user_activate_by_id"]),
            ("GET", "/items.{format}", &["get_items", "get_items_by_format"]),
            ("GET", "/v1/user-accounts/{id}", &["get_v1_user_account", "get_v1_user_account_by_id"]),
            ("GET", "/{", &["get_root"]),
            ("GET", "/💥/{💥}", &["get_by_u1f4a5"]),
        ];
        for (method, path, want) in cases {
            assert_eq!(&operation_names(method, path, None), want, "{method} {path}");
        }
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
            assert_eq!(operation_name("GET", "/x", Some(id)), want);
        }
        assert_eq!(operation_name("GET", "/x", Some("")), "get_x");
        assert_eq!(operation_name("GET", "/x", Some("--")), "get_x");
    }
}
