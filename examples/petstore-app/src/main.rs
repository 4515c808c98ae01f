//! An application that imports a checked-in generated client and brings tokens that it got elsewhere.
//!
//! `PETSTORE_ID_TOKEN=… PETSTORE_ACCESS_TOKEN=… cargo run -p petstore-app`

use cogen_runtime::UserSession;
use petstore_client::auth::{self, PetPool};
use petstore_client::scopes::PetsRead;
use petstore_client::{Client, grant};
use std::error::Error;

/// The client as this application stores it: one readable line.
type Pets = Client<UserSession<PetPool, grant![PetsRead]>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = |name: &str| std::env::var(name).map_err(|_| format!("set {name} to a token of the user pool"));
    let session = UserSession::from_tokens(token("PETSTORE_ID_TOKEN")?, token("PETSTORE_ACCESS_TOKEN")?)?;
    let pets: Pets = Client::builder().pet_pool(session).build()?;
    println!("{}", greet(&pets).await?);
    Ok(())
}

/// Who is signed in, and the first pets they may see.
async fn greet(pets: &Pets) -> Result<String, Box<dyn Error>> {
    let me = pets.get_profile().await?; // an ID token
    let names = names_of(pets).await?;
    Ok(format!("Hello {}, here are {}", me.name, names.join(", ")))
}

/// A helper for any client that may read pets, whatever else it holds.
async fn names_of<P, K, S>(pets: &Client<P, K, S>) -> Result<Vec<String>, Box<dyn Error>>
where
    Client<P, K, S>: auth::PetsReadOrPetsAdmin,
{
    let page = pets.list_pets().limit(3).await?; // an access token
    Ok(page.pets.iter().map(|pet| pet.name.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{SystemTime, UNIX_EPOCH};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// A token of the pool of the example document; its signature is the service's business.
    fn jwt(claims: &str) -> Result<String, Box<dyn Error>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01";
        let payload = format!(r#"{{"iss":"{issuer}","sub":"1","iat":{now},"exp":{},{claims}}}"#, now + 600);
        Ok(format!("{}.{}.c2ln", base64(br#"{"alg":"RS256"}"#), base64(payload.as_bytes())))
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let bits = chunk.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
            for place in 0..=chunk.len() {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize]));
            }
        }
        text
    }

    /// Answers each connection once, by its path, and tells what it was asked.
    async fn serve(listener: TcpListener) -> Result<Vec<String>, std::io::Error> {
        let mut asked = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await?;
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await?);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let body = if head.starts_with("GET /me ") {
                r#"{"name":"Ada"}"#
            } else {
                r#"{"pets":[{"id":"1","name":"Rex","status":"waiting"},{"id":"2","name":"Mia","status":"lost"}]}"#
            };
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await?;
            asked.push(head);
        }
        Ok(asked)
    }

    #[tokio::test]
    async fn each_call_carries_the_token_of_its_kind() -> Result<(), Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(serve(listener));
        let id = jwt(r#""token_use":"id","aud":"app""#)?;
        let access = jwt(r#""token_use":"access","client_id":"app","scope":"openid pets/read""#)?;
        let session = UserSession::from_tokens(id.clone(), access.clone())?;
        let pets: Pets = Client::builder().base_url(base_url).allow_http().pet_pool(session).build()?;
        assert_eq!(greet(&pets).await?, "Hello Ada, here are Rex, Mia");
        let asked = server.await??;
        assert!(asked[0].starts_with("GET /me ") && asked[0].contains(&format!("Bearer {id}\r\n")), "{}", asked[0]);
        assert!(asked[1].starts_with("GET /pets?limit=3 ") && asked[1].contains(&format!("Bearer {access}\r\n")));
        Ok(())
    }

    #[tokio::test]
    async fn a_token_of_the_wrong_kind_makes_no_session() -> Result<(), Box<dyn Error>> {
        let access = jwt(r#""token_use":"access","client_id":"app","scope":"pets/read""#)?;
        assert!(UserSession::<PetPool>::from_tokens(access.clone(), access.clone()).is_err());
        let id = jwt(r#""token_use":"id","aud":"app""#)?;
        let narrow = jwt(r#""token_use":"access","client_id":"app","scope":"openid""#)?;
        assert!(UserSession::<PetPool, grant![PetsRead]>::from_tokens(id, narrow).is_err());
        Ok(())
    }
}
