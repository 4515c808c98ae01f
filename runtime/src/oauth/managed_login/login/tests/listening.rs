//! The listener: its addresses and ports, connections that keep it busy, and what its errors say.

use super::*;

/// A port that is free at both loopback addresses, and was free a moment ago.
async fn free_port() -> u16 {
    let listener = Listener::bind(&[Redirect::parse("http://localhost:0/").unwrap()]).await.unwrap();
    Url::parse(listener.redirect().as_str()).unwrap().port().unwrap()
}

async fn has_ipv6() -> bool {
    TcpListener::bind("[::1]:0").await.is_ok()
}

/// Requests the redirect at an address of this machine.
async fn visit_at(address: &str, redirect: &str, state: &str) -> String {
    let url = Url::parse(redirect).unwrap();
    let mut stream = TcpStream::connect((address, url.port().unwrap())).await.unwrap();
    let request = format!("GET {}?code=c0de&state={state} HTTP/1.1\r\nHost: localhost\r\n\r\n", url.path());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    page
}

/// The redirect URL that a login sends, if it is visited at an address.
async fn redirect_of(login: impl FnOnce(Login) -> Login, address: &'static str) -> Result<String, AuthError> {
    let nonce = Arc::default();
    let server = endpoint(Arc::clone(&nonce), "openid pets/write").await;
    let sent: Arc<Mutex<String>> = Arc::default();
    let seen = Arc::clone(&sent);
    let visited = with_browser(login(super::login(&server)), &nonce, move |asked| async move {
        seen.lock().unwrap().clone_from(&asked["redirect_uri"]);
        let page = visit_at(address, &asked["redirect_uri"], &asked["state"]).await;
        assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    });
    visited.await?;
    let form: BTreeMap<_, _> = url::form_urlencoded::parse(server.sent()[0].body.as_bytes()).into_owned().collect();
    assert_eq!(form["redirect_uri"], *sent.lock().unwrap(), "the code is redeemed with the same text");
    Ok(sent.lock().unwrap().clone())
}

#[tokio::test]
async fn localhost_is_listened_on_at_both_loopback_addresses() {
    let cases: &[(&str, &str)] = &[
        ("http://localhost:0/callback", "127.0.0.1"),
        ("http://127.0.0.1:0/callback", "127.0.0.1"),
        ("http://localhost:0/callback", "::1"),
        ("http://[::1]:0/callback", "::1"),
    ];
    for (redirect, address) in cases {
        if *address == "::1" && !has_ipv6().await {
            continue;
        }
        let sent = redirect_of(|login| login.redirect(*redirect), address).await.unwrap();
        let start = redirect.split(":0/").next().unwrap();
        assert!(sent.starts_with(start) && !sent.contains(":0/"), "{sent}");
    }
}

#[tokio::test]
async fn a_redirect_is_sent_as_it_is_written() {
    let port = free_port().await;
    for path in ["", "/", "/a%2Fb"] {
        let redirect = format!("http://localhost:{port}{path}");
        assert_eq!(redirect_of(|login| login.redirect(&redirect), "127.0.0.1").await.unwrap(), redirect);
    }
    let app = AppClient::<PetPool>::unplaced("client");
    for redirect in ["https://Pets.example.com", "app://callback?x=%41"] {
        let pending = app.managed_login("auth.example.com").redirect(redirect).begin().unwrap();
        assert_eq!(parameters(pending.url())["redirect_uri"], redirect);
    }
}

#[tokio::test]
async fn a_port_in_use_is_named_and_the_next_redirect_is_used() {
    for address in ["127.0.0.1", "[::1]"] {
        if address == "[::1]" && !has_ipv6().await {
            continue;
        }
        let used = TcpListener::bind(format!("{address}:0")).await.unwrap();
        let port = used.local_addr().unwrap().port();
        let taken = format!("http://localhost:{port}/callback");
        let error = redirect_of(|login| login.redirect(&taken), "127.0.0.1").await.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Configuration);
        let text = error.to_string();
        assert!(text.contains(&format!("another program listens at {address}:{port}")), "{text}");
        assert!(text.contains("`redirects`"), "{text}");

        let next = format!("http://localhost:{}/other", free_port().await);
        let redirects = [taken.clone(), next.clone(), "http://localhost:0/never".to_owned()];
        assert_eq!(redirect_of(|login| login.redirects(redirects), "127.0.0.1").await.unwrap(), next);
    }
}

#[tokio::test]
async fn connections_without_a_request_keep_nobody_out() {
    let nonce = Arc::default();
    let server = endpoint(Arc::clone(&nonce), "pets/write").await;
    let login = login(&server).redirect("http://localhost:0/callback");
    with_browser(login, &nonce, |asked| async move {
        let port = Url::parse(&asked["redirect_uri"]).unwrap().port().unwrap();
        let mut idle = Vec::new();
        for number in 0..400 {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            // Some begin a request and do not end it.
            if number % 2 == 0 {
                let _refused = stream.write_all(b"GET /callback HTTP/1.1\r\n").await;
            }
            idle.push(stream);
        }
        let page = visit_at("127.0.0.1", &asked["redirect_uri"], &asked["state"]).await;
        assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
        drop(idle);
    })
    .await
    .unwrap();
}

/// What the callback of an error says, in the error of the login.
async fn error_of(query: &'static str) -> AuthError {
    let nonce = Arc::default();
    let server = endpoint(Arc::clone(&nonce), "pets/write").await;
    let error = with_browser(login(&server), &nonce, move |asked| async move {
        visit(&asked["redirect_uri"], &format!("/callback?{query}&state={}", asked["state"])).await;
    });
    error.await.unwrap_err()
}

#[tokio::test]
async fn what_the_pool_says_is_in_the_error() {
    let error = error_of("error=invalid_request&error_description=custom%3Aage%3A+Attribute+can%27t+be+set.+").await;
    assert_eq!((error.kind(), error.code()), (AuthErrorKind::InvalidRequest, Some("invalid_request")));
    assert!(error.to_string().contains("the pool says: custom:age: Attribute can't be set. ("), "{error}");

    let error = error_of("error=unauthorized_client&error_description=no+code+flow").await;
    let text = error.to_string();
    assert!(text.contains("`AllowedOAuthFlows`") && text.contains("the pool says: no code flow"), "{text}");

    let error = error_of("error=access_denied&error_description=a%0Ab%E2%80%AEc%1B%5B31m").await;
    assert!(error.to_string().contains("the pool says: a\\nb\\u{202e}c\\u{1b}[31m"), "{error}");
    assert_eq!(error_of("error=access_denied").await.to_string().matches("the pool says").count(), 0);
}

#[tokio::test]
async fn a_browser_that_does_not_return_has_usual_causes() {
    let nonce = Arc::default();
    let server = endpoint(Arc::clone(&nonce), "pets/write").await;
    let login = login(&server).redirect("http://localhost:0/callback").timeout(Duration::from_millis(20));
    let error = with_browser(login, &nonce, |_| async {}).await.unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::TimedOut);
    let text = error.to_string();
    for part in [
        "`http://localhost:",
        "/callback`",
        "not registered",
        "app client is not of this domain",
        "no browser was opened",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
