//! Managed login with wrong requests of browsers (R15), and with invalid responses of a token endpoint.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod listening;
mod tokens;

use super::*;
use crate::app_client::client::AppClient;
use crate::oauth::managed_login::pending::check_nonce;
use crate::oauth::managed_login::returned::Returned;
use crate::testing::pool::{ISSUER, PetPool, Write, token};
use crate::testing::scripted::Scripted;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

type Login = ManagedLogin<PetPool, crate::grant![Write]>;

fn parameters(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

/// A token endpoint that returns this nonce and scope.
async fn endpoint(nonce: Arc<Mutex<String>>, scope: &'static str) -> Scripted {
    Scripted::start(move |_| {
        let answer = json!({
            "access_token": token(json!({"token_use": "access", "iss": ISSUER, "scope": scope})),
            "id_token": token(json!({"token_use": "id", "iss": ISSUER, "nonce": *nonce.lock().unwrap()})),
            "refresh_token": "refresh", "expires_in": 3600, "token_type": "Bearer",
        });
        (200, answer.to_string())
    })
    .await
}

fn login(server: &Scripted) -> Login {
    let app = AppClient::<PetPool>::unplaced("client");
    app.managed_login(&server.url).grant().redirect("http://127.0.0.1:0/callback").timeout(Duration::from_secs(20))
}

/// Requests a page, and returns the response.
async fn visit(redirect: &str, path_and_query: &str) -> String {
    let url = Url::parse(redirect).unwrap();
    raw(&url, &format!("GET {path_and_query} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await
}

async fn raw(url: &Url, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", url.port().unwrap())).await.unwrap();
    let _closed = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    // The text before a closed connection is enough.
    let _closed = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

/// Runs a login with a browser, which gets the parameters of the authorization URL.
async fn with_browser<F>(
    login: Login,
    nonce: &Arc<Mutex<String>>,
    browse: impl FnOnce(BTreeMap<String, String>) -> F + Send + 'static,
) -> Result<SignedIn, AuthError>
where
    F: Future<Output = ()> + Send + 'static,
{
    let nonce = nonce.clone();
    login
        .open_with(move |url| {
            let asked = parameters(url);
            *nonce.lock().unwrap() = asked["nonce"].clone();
            tokio::spawn(browse(asked));
            Ok(())
        })
        .await
        .map(|session| session.session().unwrap().signed_in().unwrap())
}

#[tokio::test]
async fn a_browser_that_is_redirected_signs_in() {
    let nonce = Arc::default();
    let server = endpoint(Arc::clone(&nonce), "openid pets/write").await;
    let login = login(&server).scope("email").identity_provider("Google").login_hint("a@b.c").prompt(Prompt::Login);
    let signed_in = with_browser(login, &nonce, |asked| async move {
        assert_eq!(asked["scope"], "openid email pets/write");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!((asked["identity_provider"].as_str(), asked["login_hint"].as_str()), ("Google", "a@b.c"));
        assert_eq!((asked["prompt"].as_str(), asked["response_type"].as_str()), ("login", "code"));
        let page = visit(&asked["redirect_uri"], &format!("/callback?code=c0de&state={}", asked["state"])).await;
        assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    })
    .await
    .unwrap();
    assert_eq!(signed_in.refresh_token.unwrap().expose(), "refresh");
    let sent = server.sent();
    assert_eq!(sent.len(), 1);
    let form: BTreeMap<_, _> = url::form_urlencoded::parse(sent[0].body.as_bytes()).into_owned().collect();
    assert_eq!((form["code"].as_str(), form["client_id"].as_str()), ("c0de", "client"));
    assert!(form["redirect_uri"].starts_with("http://127.0.0.1:"));
    assert!(form["code_verifier"].len() >= 43);
}

#[tokio::test]
async fn r15_requests_without_the_state_are_refused_and_the_listener_continues() {
    let nonce = Arc::default();
    let server = endpoint(Arc::clone(&nonce), "pets/write").await;
    let signed_in = with_browser(login(&server), &nonce, |asked| async move {
        let (at, state) = (asked["redirect_uri"].as_str(), asked["state"].as_str());
        let url = Url::parse(at).unwrap();
        for query in [
            "code=c0de".to_owned(),
            "code=c0de&state=".to_owned(),
            "code=c0de&state=wrong".to_owned(),
            format!("code=c0de&state={state}x"),
            format!("code=c0de&state={state}&state={state}"),
            format!("code=one&code=two&state={state}"),
            format!("code=one&error=access_denied&state={state}"),
            format!("state={state}"),
            format!("code=&state={state}"),
            "error=access_denied&state=wrong".to_owned(),
            "error=access_denied".to_owned(),
        ] {
            let page = visit(at, &format!("/callback?{query}")).await;
            assert!(page.starts_with("HTTP/1.1 400"), "{query}: {page}");
        }
        for path in ["/favicon.ico", "/", &format!("/callback/x?code=c&state={state}")] {
            assert!(visit(at, path).await.starts_with("HTTP/1.1 404"), "{path}");
        }
        let posted = format!("POST /callback?code=c&state={state} HTTP/1.1\r\n\r\n");
        assert!(raw(&url, &posted).await.starts_with("HTTP/1.1 405"));
        assert_eq!(raw(&url, &format!("GET /{} HTTP/1.1", "x".repeat(100_000))).await.len(), 0);
        // A connection without a request does not block the others.
        let silent = TcpStream::connect(("127.0.0.1", url.port().unwrap())).await.unwrap();
        // The listener waits for a slow browser.
        let request = format!("GET /callback?code=c0de&state={state} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let mut slow = TcpStream::connect(("127.0.0.1", url.port().unwrap())).await.unwrap();
        for part in request.as_bytes().chunks(40) {
            slow.write_all(part).await.unwrap();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut page = String::new();
        slow.read_to_string(&mut page).await.unwrap();
        assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
        drop(silent);
    })
    .await
    .unwrap();
    assert!(signed_in.id_token.is_some());
    assert_eq!(server.sent().len(), 1);
}

#[tokio::test]
async fn r15_the_listener_accepts_one_redirect_on_this_machine_only() {
    let nonce = Arc::default();
    let server = endpoint(Arc::clone(&nonce), "pets/write").await;
    let (sender, place) = tokio::sync::oneshot::channel();
    with_browser(login(&server), &nonce, |asked| async move {
        visit(&asked["redirect_uri"], &format!("/callback?code=c0de&state={}", asked["state"])).await;
        sender.send(asked["redirect_uri"].clone()).unwrap();
    })
    .await
    .unwrap();
    let port = Url::parse(&place.await.unwrap()).unwrap().port().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "the listener is closed after the first");

    let listener = Listener::bind(&[Redirect::parse("http://localhost:0/").unwrap()]).await.unwrap();
    let port = Url::parse(listener.redirect().as_str()).unwrap().port().unwrap();
    assert!(TcpStream::connect(("127.0.0.2", port)).await.is_err());
    for address in ["https://localhost:0/", "http://example.com:0/", "http://[::2]:0/", "http://0.0.0.0:0/", "app://x"]
    {
        let error = Listener::bind(&[Redirect::parse(address).unwrap()]).await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Configuration, "{address}");
    }
}

#[tokio::test]
async fn r15_errors_timeouts_and_used_ports_have_their_own_kinds() {
    let nonce = Arc::default();
    let server = endpoint(Arc::clone(&nonce), "pets/write").await;
    let error = with_browser(login(&server), &nonce, |asked| async move {
        let query = format!("error=access_denied&error_description=canary&state={}", asked["state"]);
        visit(&asked["redirect_uri"], &format!("/callback?{query}")).await;
    })
    .await
    .unwrap_err();
    assert_eq!((error.kind(), error.code()), (AuthErrorKind::Refused, Some("access_denied")));
    assert!(error.to_string().contains("the pool says: canary"), "{error}");

    let login_at = login(&server).timeout(Duration::from_millis(50));
    let error = with_browser(login_at, &nonce, |_| async {}).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::TimedOut);

    let used = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let login_at = login(&server).redirect(format!("http://localhost:{}/cb", used.local_addr().unwrap().port()));
    let error = with_browser(login_at, &nonce, |_| async {}).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Configuration);
    assert_eq!(server.sent().len(), 0);
}

#[tokio::test]
async fn tokens_of_another_sign_in_or_a_smaller_grant_are_refused() {
    let begin = |server: &Scripted| login(server).redirect("app://callback").begin().unwrap();
    let back = |pending: &PendingLogin<_, _>| format!("app://callback?code=c&state={}", pending.state().expose());

    let server = endpoint(Arc::new(Mutex::new("another".to_owned())), "pets/write").await;
    let pending = begin(&server);
    let address = back(&pending);
    assert_eq!(pending.finish(&address).await.unwrap_err().kind(), AuthErrorKind::Protocol);

    let nonce: Arc<Mutex<String>> = Arc::default();
    let server = endpoint(nonce.clone(), "openid").await;
    let pending = begin(&server);
    *nonce.lock().unwrap() = parameters(pending.url())["nonce"].clone();
    let address = back(&pending);
    let error = pending.finish(&address).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::MissingScope);
    assert!(error.to_string().contains("`pets/write`"), "{error}");

    let (one, two) = (begin(&server), begin(&server));
    assert_ne!(one.state().expose(), two.state().expose());
    let sent = server.sent().len();
    assert_eq!(one.finish(&back(&two)).await.unwrap_err().kind(), AuthErrorKind::Protocol);
    assert_eq!(server.sent().len(), sent, "no code is sent with the verifier of another sign-in");

    let used = Scripted::start(|_| (400, json!({"error": "invalid_grant"}).to_string())).await;
    let pending = begin(&used);
    let address = back(&pending);
    assert_eq!(pending.finish(&address).await.unwrap_err().kind(), AuthErrorKind::SignInExpired);
    assert_eq!(used.sent().len(), 1);
}

/// R17: state and nonce are [`Secret`]s, which are compared in constant time.
#[test]
fn r17_state_and_nonce_are_compared_completely() {
    let app = AppClient::<PetPool>::unplaced("client");
    let pending = app.managed_login("auth.example.com").redirect("https://x/").begin().unwrap();
    let (state, nonce): (&Secret, &Secret) = (&pending.state, &pending.nonce);
    assert!(state.expose().len() >= 22 && nonce.expose().len() >= 22, "128 random bits each");
    let others = |right: &str| {
        let mut others = vec![String::new(), format!("{right}x"), right[1..].to_owned(), right.to_uppercase() + "a"];
        for place in 0..right.len() {
            let letter = if &right[place..=place] == "A" { "B" } else { "A" };
            others.push(format!("{}{letter}{}", &right[..place], &right[place + 1..]));
            others.push(right[..place].to_owned());
        }
        others
    };
    assert!(Returned::read(&format!("code=c&state={}", state.expose()), state).is_ok());
    for other in others(state.expose()) {
        assert!(Returned::read(&format!("code=c&state={other}"), state).is_err(), "{other}");
    }
    let id_token = |nonce: &str| Secret::from(token(json!({ "nonce": nonce })));
    assert!(check_nonce(&id_token(nonce.expose()), nonce).is_ok());
    for other in others(nonce.expose()) {
        assert!(check_nonce(&id_token(&other), nonce).is_err(), "{other}");
    }
    for claims in [json!({}), json!({"nonce": null}), json!({"nonce": [nonce.expose()]}), json!({"nonce": 1})] {
        assert!(check_nonce(&Secret::from(token(claims)), nonce).is_err());
    }
}

#[test]
fn addresses_are_built_from_the_domain() {
    let app = AppClient::<PetPool>::unplaced("client");
    let url = app.managed_login("auth.example.com").logout_url("https://pets.example.com/bye?x=1").unwrap();
    assert_eq!(
        url.as_str(),
        "https://auth.example.com/logout?client_id=client&logout_uri=https%3A%2F%2Fpets.example.com%2Fbye%3Fx%3D1"
    );
    let published = app.published_managed_login().unwrap().logout_url("https://x").unwrap();
    assert_eq!(published.host_str(), Some("auth.pets.example.com"));
    for domain in ["http://auth.example.com", "https://user@auth.example.com", "", "ftp://localhost", "https://a?b"] {
        let error = app.managed_login(domain).logout_url("https://x").unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Configuration, "{domain}");
    }
    let debug = format!("{:?}", app.managed_login("auth.example.com").redirect("https://x/").begin().unwrap());
    assert_eq!(debug, "PendingLogin { .. }");
}
