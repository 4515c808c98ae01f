//! Who the user is: one user and one device, whatever was entered, in every flow, also when the pool has forgotten the device.

use super::*;
use crate::app_client::user_pool::UserPool as _;
use crate::auth::error::AuthError;
use crate::cognito::engine::is_name_of;
use crate::store::memory::MemoryStore;
use std::collections::BTreeMap;
use std::sync::Arc;

/// In the year 2100.
const FAR: u64 = 4_102_444_800;

/// Tokens of the user with this name.
fn tokens_of(name: &str) -> Value {
    let claims = |kind: &str| match kind {
        "id" => {
            json!({"token_use": "id", "iss": ISSUER, "sub": format!("sub-{name}"), "cognito:username": name, "aud": CLIENT, "exp": FAR})
        }
        _ => json!({"token_use": "access", "iss": ISSUER, "sub": format!("sub-{name}"), "username": name,
                    "client_id": CLIENT, "exp": FAR, "scope": "aws.cognito.signin.user.admin"}),
    };
    json!({"AuthenticationResult": {
        "AccessToken": token(claims("access")), "IdToken": token(claims("id")), "RefreshToken": format!("refresh-{name}"),
        "ExpiresIn": 3600, "TokenType": "Bearer"
    }})
}

/// A pool that remembers devices, and whose users have several names.
#[derive(Clone, Default)]
struct World(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The name in the pool of each entered name; others are names in the pool.
    names: BTreeMap<String, String>,
    /// The users of the devices.
    devices: BTreeMap<String, String>,
    issued: usize,
    /// The user of the sign-in, as a session would have it.
    current: String,
    challenges: Vec<&'static str>,
}

impl World {
    /// A pool whose sign-ins have these challenges before the tokens.
    fn new(challenges: &[&'static str]) -> Self {
        let world = Self::default();
        let names = [("Ada@Example.com", "uuid-1"), ("ada@example.com", "uuid-1"), ("+4912345", "uuid-1")];
        let names = names.map(|(entered, name)| (entered.to_owned(), name.to_owned()));
        *world.0.lock().unwrap() = State { names: names.into(), challenges: challenges.to_vec(), ..State::default() };
        world
    }

    async fn server(&self) -> Scripted {
        let world = self.clone();
        let answers = Mutex::new(Vec::new());
        Scripted::start(move |sent| {
            let mut state = world.0.lock().unwrap();
            let mut left = answers.lock().unwrap();
            match sent.operation() {
                "InitiateAuth" => {
                    let entered = sent.text("/AuthParameters/USERNAME").unwrap();
                    state.current = state.names.get(&entered).unwrap_or(&entered).clone();
                    *left = state.challenges.clone();
                    left.reverse();
                }
                "ConfirmDevice" => return ok(json!({"UserConfirmationNecessary": false})),
                _ => {}
            }
            let key = sent.text("/AuthParameters/DEVICE_KEY").or(sent.text("/ChallengeResponses/DEVICE_KEY"));
            let is_known = key.as_ref().map(|key| state.devices.get(key) == Some(&state.current));
            if is_known == Some(false) {
                // The challenge can be answered again, as with Cognito.
                return fails("ResourceNotFoundException", "Device does not exist.");
            }
            if let Some(name) = left.pop() {
                return challenge(name, json!({"USERNAME": state.current}));
            }
            let mut answer = tokens_of(&state.current);
            if is_known.is_none() {
                state.issued += 1;
                let (key, user) = (format!("us-east-1_device-{}", state.issued), state.current.clone());
                answer["AuthenticationResult"]["NewDeviceMetadata"] =
                    json!({"DeviceKey": key, "DeviceGroupKey": "-group"});
                state.devices.insert(key, user);
            }
            ok(answer)
        })
        .await
    }

    fn forget_devices(&self) {
        self.0.lock().unwrap().devices.clear();
    }
}

fn app(server: &Scripted, store: &MemoryStore) -> AppClient<PetPool> {
    PetPool::app_client(CLIENT).endpoint(&server.url).store(store.clone())
}

/// The device keys of the requests so far.
fn keys(server: &Scripted) -> Vec<Option<String>> {
    let of_sign_in = |sent: &&Sent| sent.operation() != "ConfirmDevice";
    let key = |sent: &Sent| sent.text("/AuthParameters/DEVICE_KEY").or(sent.text("/ChallengeResponses/DEVICE_KEY"));
    server.sent().iter().filter(of_sign_in).map(key).collect()
}

fn id_token(claims: Value) -> Secret {
    Secret::new(token(claims))
}

fn confirmed(server: &Scripted) -> usize {
    server.operations().iter().filter(|operation| *operation == "ConfirmDevice").count()
}

/// Answers the challenges of a sign-in.
async fn finish(mut step: Step<PetPool>) -> Result<String, AuthError> {
    loop {
        step = match step {
            Step::SelectFirstFactor(step) => step.password("pw").await?,
            Step::Custom(step) => step.answer("42").await?,
            Step::SmsMfa(step) => step.answer("123456").await?,
            step => return Ok(step.done()?.session().unwrap().username().unwrap()),
        };
    }
}

#[tokio::test]
async fn several_names_are_one_user_with_one_device() {
    let world = World::new(&[]);
    let (server, store) = (world.server().await, MemoryStore::new());
    let app = app(&server, &store);
    for (entered, is_sent) in [
        ("ada@example.com", false),
        ("ada@example.com", true),
        ("Ada@Example.com", false),
        ("Ada@Example.com", true),
        ("+4912345", false),
        ("+4912345", true),
        ("uuid-1", true),
    ] {
        let signed_in = finish(app.sign_in_with_password(entered, "pw").await.unwrap()).await.unwrap();
        assert_eq!(signed_in, "uuid-1");
        let expected = is_sent.then(|| "us-east-1_device-1".to_owned());
        assert_eq!(keys(&server).pop().unwrap(), expected, "{entered}");
    }
    assert_eq!(confirmed(&server), 1);
    for name in ["uuid-1", "ada@example.com", "Ada@Example.com", "+4912345"] {
        let session = app.restore(name).await.unwrap().unwrap();
        assert_eq!(session.session().unwrap().username().as_deref(), Some("uuid-1"), "{name}");
        assert!(session.session().unwrap().device().is_some(), "{name}");
    }
    assert!(app.restore("ADA@example.com").await.unwrap().is_none(), "nobody has entered it");
}

#[tokio::test]
async fn the_device_is_sent_as_soon_as_a_challenge_names_the_user() {
    let world = World::new(&["SMS_MFA"]);
    let (server, store) = (world.server().await, MemoryStore::new());
    let app = app(&server, &store);
    for entered in ["ada@example.com", "+4912345"] {
        finish(app.sign_in_with_password(entered, "pw").await.unwrap()).await.unwrap();
    }
    let key = Some("us-east-1_device-1".to_owned());
    assert_eq!(keys(&server), [None, None, None, key]);
    assert_eq!(confirmed(&server), 1);
}

#[tokio::test]
async fn the_device_of_one_user_is_never_sent_for_another() {
    let world = World::new(&["SELECT_CHALLENGE"]);
    let (server, store) = (world.server().await, MemoryStore::new());
    let app = app(&server, &store);
    let sign_in = async |name: &str| finish(app.sign_in_by_choice(name).kept_as("me").await?).await;
    assert_eq!(sign_in("alice").await.unwrap(), "alice");
    let before = keys(&server).len();
    assert_eq!(sign_in("bob").await.unwrap(), "bob");
    assert!(keys(&server)[before..].iter().all(Option::is_none), "{:?}", keys(&server));
    sign_in("alice").await.unwrap();
    assert_eq!(keys(&server).pop().unwrap().as_deref(), Some("us-east-1_device-1"), "each keeps its own");

    // What was entered is not stored, unless the tokens show that it is a name of the user.
    for name in ["+4912345", "+4912345"] {
        let before = keys(&server).len();
        sign_in(name).await.unwrap();
        assert_eq!(keys(&server)[before], None);
    }
    assert!(is_name_of("ADA@example.com", "uuid-1", Some(&id_token(json!({"email": "ada@example.com"})))));
    assert!(is_name_of("UUID-1", "uuid-1", None) && !is_name_of("bob", "uuid-1", None));
    assert!(!is_name_of("bob@example.com", "uuid-1", Some(&id_token(json!({"email": "ada@example.com"})))));
    finish(app.sign_in_by_choice("ada@example.com").await.unwrap()).await.unwrap();

    // The e-mail address now belongs to another user. The first request can't know it; the answers can.
    sign_in("ada@example.com").await.unwrap();
    let of_ada = keys(&server).pop().unwrap().unwrap();
    world.0.lock().unwrap().names.insert("ada@example.com".to_owned(), "bob".to_owned());
    let before = keys(&server).len();
    assert_eq!(sign_in("ada@example.com").await.unwrap(), "bob");
    let sent = keys(&server)[before..].iter().filter(|key| key.as_ref() == Some(&of_ada)).count();
    assert_eq!(sent, 1, "{:?}", keys(&server));
}

#[tokio::test]
async fn a_forgotten_device_locks_nobody_out() {
    type Begin = fn(&AppClient<PetPool>) -> crate::cognito::sign_in::SignIn<PetPool>;
    let flows: [(&str, &[&str], Begin); 5] = [
        ("password", &[], |app| app.sign_in_with_password("alice", "pw")),
        ("mfa first", &["SMS_MFA"], |app| app.sign_in_with_password("alice", "pw")),
        ("choice", &["SELECT_CHALLENGE"], |app| app.sign_in_by_choice("alice")),
        ("choice and mfa", &["SELECT_CHALLENGE", "SMS_MFA"], |app| app.sign_in_by_choice("+4912345")),
        ("custom", &["CUSTOM_CHALLENGE"], |app| app.sign_in_by_custom_challenge("ada@example.com")),
    ];
    for (flow, challenges, begin) in flows {
        let world = World::new(challenges);
        let (server, store) = (world.server().await, MemoryStore::new());
        let app = app(&server, &store);
        for round in 0..3 {
            finish(begin(&app).await.unwrap()).await.unwrap_or_else(|error| panic!("{flow} {round}: {error}"));
            finish(begin(&app).await.unwrap()).await.unwrap_or_else(|error| panic!("{flow} {round}: {error}"));
            let remembered = keys(&server).pop().unwrap();
            assert_eq!(remembered, Some(format!("us-east-1_device-{}", round + 1)), "{flow}");
            world.forget_devices();
        }
        assert_eq!(confirmed(&server), 3, "{flow}");
    }
}

/// The device is refused after the challenges of the user, who can't answer them again.
#[tokio::test]
async fn a_device_that_is_forgotten_in_the_middle_of_a_sign_in_is_left_out() {
    let world = World::new(&["SELECT_CHALLENGE", "SMS_MFA"]);
    let (server, store) = (world.server().await, MemoryStore::new());
    let app = app(&server, &store);
    finish(app.sign_in_by_choice("alice").await.unwrap()).await.unwrap();
    let Step::SelectFirstFactor(step) = app.sign_in_by_choice("alice").await.unwrap() else { panic!() };
    let Step::SmsMfa(step) = step.password("pw").await.unwrap() else { panic!() };
    world.forget_devices();
    let session = step.answer("123456").await.unwrap().done().unwrap();
    let device = session.session().unwrap().device().unwrap();
    assert_eq!(device.key(), "us-east-1_device-2", "the device is new");
    let sent: Vec<_> = keys(&server).into_iter().rev().take(2).collect();
    assert_eq!(sent, [None, Some("us-east-1_device-1".to_owned())]);
}

/// A pool that asks for the proof of the device, which it remembers with another password or not at all.
#[tokio::test]
async fn a_stored_device_that_cant_be_proved_is_replaced() {
    for code in ["NotAuthorizedException", "ResourceNotFoundException"] {
        let confirmed: Arc<Mutex<usize>> = Arc::default();
        let count = Arc::clone(&confirmed);
        let server = Server::new("-group", "us-east-1_device", "another password");
        let pool = Scripted::start(move |sent| {
            let has_device = sent.text("/AuthParameters/DEVICE_KEY").is_some();
            match (sent.operation(), sent.text("/ChallengeName").as_deref()) {
                ("ConfirmDevice", _) => {
                    *count.lock().unwrap() += 1;
                    ok(json!({"UserConfirmationNecessary": false}))
                }
                (_, None) if has_device => challenge("DEVICE_SRP_AUTH", json!({"USERNAME": "alice"})),
                (_, Some("DEVICE_SRP_AUTH")) => challenge("DEVICE_PASSWORD_VERIFIER", device_parameters(&server)),
                (_, Some(_)) if code == "NotAuthorizedException" => fails(code, "Incorrect username or password."),
                (_, Some(_)) => fails(code, "Device does not exist."),
                _ => {
                    let mut answer = tokens_of("alice");
                    answer["AuthenticationResult"]["NewDeviceMetadata"] =
                        json!({"DeviceKey": "us-east-1_device", "DeviceGroupKey": "-group"});
                    ok(answer)
                }
            }
        })
        .await;
        let app = app(&pool, &MemoryStore::new());
        for round in 1..=3 {
            let step = app.sign_in_with_password("alice", "pw").await.unwrap();
            assert_eq!(finish(step).await.unwrap(), "alice");
            assert_eq!(*confirmed.lock().unwrap(), round, "{code}");
        }
    }
}

fn device_parameters(server: &Server) -> Value {
    let mut parameters = srp_parameters(server);
    parameters["USERNAME"] = "alice".into();
    parameters
}

#[cfg(feature = "oauth")]
#[tokio::test]
async fn the_password_and_managed_login_of_one_user_meet_in_the_store() {
    let world = World::new(&[]);
    let (server, store) = (world.server().await, MemoryStore::new());
    let app = app(&server, &store).domain("https://auth.example.com");
    let text = |pointer: &str| tokens_of("uuid-1").pointer(pointer).unwrap().as_str().unwrap().to_owned();
    let set = crate::auth::token_set::TokenSet::from_tokens(
        text("/AuthenticationResult/IdToken"),
        text("/AuthenticationResult/AccessToken"),
    );
    let refresh_token = async |name: &str| {
        let restored = app.restore(name).await.unwrap().unwrap();
        restored.session().unwrap().signed_in().unwrap().refresh_token.unwrap().expose().to_owned()
    };
    app.session_from_domain("https://auth.example.com", set.refresh_token("of the domain")).await.unwrap();
    assert_eq!(refresh_token("uuid-1").await, "of the domain");
    finish(app.sign_in_with_password("ada@example.com", "pw").await.unwrap()).await.unwrap();
    for name in ["uuid-1", "ada@example.com"] {
        assert_eq!(refresh_token(name).await, "refresh-uuid-1", "{name}");
    }
}
