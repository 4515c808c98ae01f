//! Guesses the kind of a security scheme by its name, for help texts only.

use crate::config::authorizer_lines;
use crate::ir::schemes::SchemeKind;
use heck::ToSnakeCase;

/// The kind that a name suggests, if any.
pub fn kind_of_name(name: &str, gateway: bool) -> Option<SchemeKind> {
    let words = name.to_snake_case();
    let letters = words.replace('_', "");
    let has = |word: &str| words.split('_').any(|w| w == word);
    let holds = |part: &str| letters.contains(part);
    let kind = if holds("apikey") || has("key") || has("keys") {
        SchemeKind::ApiKey
    } else if holds("sigv4") || has("iam") || has("sigv") || words.starts_with("aws_auth") {
        SchemeKind::Iam
    } else if holds("cognito") || holds("userpool") || has("pool") || has("pools") {
        SchemeKind::CognitoUserPools
    } else if holds("openid") || has("oidc") {
        if gateway { SchemeKind::Jwt { experimental: false } } else { SchemeKind::OpenIdConnect }
    } else if has("jwt") {
        if gateway { SchemeKind::Jwt { experimental: false } } else { SchemeKind::Bearer }
    } else if holds("oauth") {
        if gateway { SchemeKind::Jwt { experimental: false } } else { SchemeKind::OAuth2 }
    } else if has("basic") {
        SchemeKind::Basic
    } else if has("bearer") || has("token") {
        if gateway { SchemeKind::LambdaToken } else { SchemeKind::Bearer }
    } else if has("request") {
        SchemeKind::LambdaRequest
    } else if holds("lambda") || holds("authoriser") || holds("authorizer") || has("custom") {
        SchemeKind::LambdaToken
    } else {
        return None;
    };
    Some(kind)
}

/// How the kind of a scheme is set, with the lines for cogen.toml.
pub fn bind(name: &str, gateway: bool) -> String {
    let guess = kind_of_name(name, gateway);
    let fallback = if gateway { SchemeKind::CognitoUserPools } else { SchemeKind::Bearer };
    let kind = guess.clone().unwrap_or(fallback);
    let mut line = format!("kind = \"{}\"", kind.as_str());
    if kind == SchemeKind::LambdaRequest {
        line.push_str("\nidentity-sources = [\"header:NAME\"]");
    }
    let lines = authorizer_lines(name, &line);
    match guess {
        Some(kind) => {
            format!("set its kind in cogen.toml (the name suggests `{}`; {KINDS}):{lines}", kind.as_str())
        }
        None => format!("set its kind in cogen.toml ({KINDS}):{lines}"),
    }
}

/// The kinds that the configuration can name.
const KINDS: &str = "the kinds are cognito_user_pools, jwt, lambda_token, lambda_request, lambda, iam, api_key, oauth2, \
                     openid_connect, bearer and basic";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_suggest_kinds() {
        for (name, gateway, kind) in [
            ("api_key", true, "api_key"),
            ("x-api-key", true, "api_key"),
            ("ApiKeyAuth", false, "api_key"),
            ("apiKey", true, "api_key"),
            ("APIKey", true, "api_key"),
            ("sigv4", true, "iam"),
            ("sigV4", true, "iam"),
            ("SigV4Auth", true, "iam"),
            ("aws.auth.sigv4", true, "iam"),
            ("AWS_IAM", true, "iam"),
            ("aws_iam", true, "iam"),
            ("iamAuth", true, "iam"),
            ("CognitoAuth", true, "cognito_user_pools"),
            ("PetUserPool", true, "cognito_user_pools"),
            ("smithy.api.httpApiKeyAuth", true, "api_key"),
            ("jwt", true, "jwt"),
            ("JWTAuth", false, "bearer"),
            ("oidc", true, "jwt"),
            ("OpenID", false, "openid_connect"),
            ("oauth2", false, "oauth2"),
            ("OAuth2PasswordBearer", false, "oauth2"),
            ("OAuth2", true, "jwt"),
            ("bearerAuth", false, "bearer"),
            ("basicAuth", false, "basic"),
            ("TokenAuthorizer", true, "lambda_token"),
            ("requestAuthorizer", true, "lambda_request"),
            ("my-lambda-authoriser", true, "lambda_token"),
        ] {
            assert_eq!(kind_of_name(name, gateway).map(|k| k.as_str()), Some(kind), "{name}");
        }
        for name in ["", "secure", "monkey", "Poolside", "寵物"] {
            assert_eq!(kind_of_name(name, true), None, "{name}");
        }
    }
}
