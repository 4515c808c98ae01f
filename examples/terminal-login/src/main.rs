//! A sign-in in the terminal. SRP proves the password without sending it, an authenticator app is set up by its QR code, and
//! the session is stored, so that the next run does not ask again.
//!
//! `cargo run -p terminal-login -- alice`; the second run restores the session; `… alice --sign-out` ends it.

use cogen_runtime::store::FileStore;
use cogen_runtime::{AppClient, AuthErrorKind, Step, UserPool as _, UserSession};
use petstore_client::Client;
use petstore_client::auth::PetPool;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::env::{args, var};
use std::error::Error;
use std::io::{Write as _, stdin, stdout};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let name = args().nth(1).ok_or("say who you are: terminal-login NAME")?;
    let mut pool = PetPool::published_app_client().ok_or("the document names no app client")?;
    if let Ok(endpoint) = var("PETSTORE_POOL") {
        pool = pool.endpoint(endpoint);
    }
    let pool = pool.store(FileStore::in_home("petstore-example")?);

    let session = match pool.restore(&name).await? {
        Some(session) => session,
        None => sign_in(&pool, &name).await?,
    };
    let handle = session.session().ok_or("a session")?;
    if args().any(|argument| argument == "--sign-out") {
        handle.sign_out().await?;
        println!("signed out");
        return Ok(());
    }
    let mut client = Client::builder().pet_pool(session.clone());
    if let Ok(url) = var("PETSTORE_URL") {
        client = client.base_url(url).allow_http();
    }
    match client.build()?.get_profile().await {
        Ok(me) => println!("hello {}", me.name),
        // The pool ended the session. It is removed from the store, and the next run asks for the password.
        Err(error) if handle.over().is_some() => println!("your session is over ({error}); sign in again"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Signs in with the password, and answers the challenges of the pool.
async fn sign_in(pool: &AppClient<PetPool>, name: &str) -> Result<UserSession<PetPool>, Box<dyn Error>> {
    let password = rpassword::prompt_password("Password: ")?;
    let mut step = pool.sign_in(name, password).await?;
    loop {
        step = match step {
            Step::NewPassword(step) => step.answer(rpassword::prompt_password("New password: ")?, []).await?,
            Step::MfaSetup(step) => {
                let setup = step.authenticator().await?;
                let picture = QrCode::new(setup.uri("Petstore").expose())?.render::<Dense1x2>().build();
                println!("{picture}\nScan this with your authenticator app, or type {}", setup.secret().expose());
                setup.verify(&ask("Its code: ")?, Some("terminal")).await?
            }
            Step::TotpMfa(mut step) => loop {
                match step.answer(ask("Code of your authenticator app: ")?).await {
                    Ok(next) => break next,
                    Err(refused) if refused.error.kind() == AuthErrorKind::WrongCode => {
                        println!("that is not it");
                        step = refused.again.ok_or(refused.error)?;
                    }
                    Err(refused) => return Err(refused.error.into()),
                }
            },
            step => return Ok(step.done()?.into()),
        };
    }
}

fn ask(question: &str) -> Result<String, Box<dyn Error>> {
    print!("{question}");
    stdout().flush()?;
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}
