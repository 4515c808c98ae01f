//! The cost of a call of a generated client, compared with the same call written by hand: requests per second against a server
//! on the loopback interface, in turns in one run, and their ratio (above 1: the generated client is faster).
//!
//! `cargo bench -p cogen-bench-calls [-- --rounds N]`; for a profiler, `-- --only generated-list` (or `generated-get`,
//! `by-hand-list`, `by-hand-get`) makes 2000 such calls and nothing else.

mod by_hand;
mod server;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cogen_runtime::UserSession;
use petstore_client::auth::PetPool;
use petstore_client::scopes::PetsRead;
use petstore_client::{Client, grant};
use std::error::Error;
use std::fmt::Write as _;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

type Pets = Client<UserSession<PetPool, grant![PetsRead]>>;

/// How long one side of a round runs.
const SLICE: Duration = Duration::from_millis(40);

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let rounds = rounds();
    let one = server::start(pet(7))?;
    let page_of_pets =
        server::start(format!(r#"{{"pets":[{}],"next":"8"}}"#, (0..20).map(pet).collect::<Vec<_>>().join(",")))?;
    let end = SystemTime::now() + Duration::from_secs(24 * 3600);
    let (id, access) = (token("id", end)?, token("access", end)?);

    if let Some(only) = argument("--only") {
        let (generated, page) = (only.starts_with("generated"), only.ends_with("list"));
        let base = format!("http://{}", if page { page_of_pets } else { one });
        let session = UserSession::from_tokens(id.as_str(), access.as_str())?;
        let pets: Pets = Client::builder().base_url(base.as_str()).allow_http().pet_pool(session).build()?;
        let sides = (by_hand::Api::new(base, access, end)?, pets);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(async {
            for _ in 0..2000 {
                std::hint::black_box(call(&sides, generated, page).await?);
            }
            Ok(())
        });
    }
    println!(
        "requests per second, medians of {rounds} rounds of 2 x {} ms; ratio: median of the rounds'",
        SLICE.as_millis()
    );
    println!("{:<34} {:>11} {:>11} {:>11} {:>7}", "call", "concurrency", "by hand", "generated", "ratio");
    let mut worst = f64::INFINITY;
    for (name, address, page) in
        [("get_pet (1 pet, 180 bytes)", one, false), ("list_pets (20 pets, 3.5 KB)", page_of_pets, true)]
    {
        for concurrency in [1, 64] {
            let base = format!("http://{address}");
            let session = UserSession::from_tokens(id.as_str(), access.as_str())?;
            let generated: Pets = Client::builder().base_url(base.as_str()).allow_http().pet_pool(session).build()?;
            let by_hand = by_hand::Api::new(base, access.clone(), end)?;
            let sides = Rc::new((by_hand, generated));
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let local = tokio::task::LocalSet::new();
            let side =
                |generated: bool| local.block_on(&runtime, side(Rc::clone(&sides), generated, page, concurrency));
            // Opens the connections and warms up the caches.
            side(false)?;
            side(true)?;
            let (mut by_hand, mut generated, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            for round in 0..rounds {
                // The two sides take turns in being first.
                let first = side(round % 2 == 0)?;
                let second = side(round % 2 != 0)?;
                let (ours, theirs) = if round % 2 == 0 { (first, second) } else { (second, first) };
                by_hand.push(theirs);
                generated.push(ours);
                ratios.push(ours / theirs);
            }
            let ratio = median(ratios);
            worst = worst.min(ratio);
            println!("{name:<34} {concurrency:>11} {:>11.0} {:>11.0} {ratio:>7.3}", median(by_hand), median(generated));
        }
    }
    println!("worst ratio {worst:.3}");
    Ok(())
}

/// Runs that many tasks, each calling again and again for a slice of time; requests per second.
async fn side(
    sides: Rc<(by_hand::Api, Pets)>,
    generated: bool,
    page: bool,
    concurrency: usize,
) -> Result<f64, Box<dyn Error + Send + Sync>> {
    let begin = Instant::now();
    let tasks = (0..concurrency).map(|_| {
        let sides = Rc::clone(&sides);
        tokio::task::spawn_local(async move {
            let mut calls = 0_u32;
            while begin.elapsed() < SLICE {
                let found = call(&sides, generated, page).await?;
                std::hint::black_box(found);
                calls += 1;
            }
            Ok::<_, Box<dyn Error + Send + Sync>>(calls)
        })
    });
    let mut calls = 0;
    for task in tasks.collect::<Vec<_>>() {
        calls += task.await??;
    }
    Ok(f64::from(calls) / begin.elapsed().as_secs_f64())
}

async fn call(
    sides: &(by_hand::Api, Pets),
    generated: bool,
    page: bool,
) -> Result<usize, Box<dyn Error + Send + Sync>> {
    Ok(match (generated, page) {
        (false, false) => sides.0.get_pet("7").await?.name.len(),
        (true, false) => sides.1.get_pet("7").await?.name.len(),
        (false, true) => sides.0.list_pets(20).await?.pets.len(),
        (true, true) => sides.1.list_pets().limit(20).await?.pets.len(),
    })
}

fn pet(id: u32) -> String {
    format!(
        r#"{{"id":"pet-{id:04}","name":"Rex the {id}th","species":"dog","born":"2019-04-01","tags":["small","friendly"],"status":"waiting","owner":{{"name":"Ada","phone":"+44 20 7946 0018"}}}}"#
    )
}

/// A token like those of Cognito, of the usual length.
fn token(token_use: &str, end: SystemTime) -> Result<String, Box<dyn Error + Send + Sync>> {
    let end = end.duration_since(UNIX_EPOCH)?.as_secs();
    let claims = format!(
        r#"{{"sub":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01","token_use":"{token_use}","scope":"openid pets/read","auth_time":1440938160,"exp":{end},"iat":1440938160,"client_id":"1example23456789","aud":"1example23456789","username":"ada"}}"#
    );
    let signature = (0..256).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{}", char::from(b'a' + (byte % 26) as u8));
        text
    });
    Ok(format!(
        "{}.{}.{}",
        URL_SAFE_NO_PAD.encode(r#"{"kid":"abcdefghijklmnopqrsexample=","alg":"RS256"}"#),
        URL_SAFE_NO_PAD.encode(claims),
        URL_SAFE_NO_PAD.encode(signature)
    ))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn rounds() -> usize {
    argument("--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(150)
}

/// The value of a flag.
fn argument(flag: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != flag).nth(1)
}
