//! A sign-in by password satisfies operations that list its scope; one session satisfies two authorizers of a user pool; an
//! environment is chosen.

use cogen_runtime::{Environment, GrantOf, IdToken, Missing, SelfService, UserSession, grant};
use cogen_test_apis::{shelter, tokens};
use tokens::auth::{Desk, Known, Members};

fn by_password(members: &tokens::Client<UserSession<Members, SelfService>>) {
    let _ = (members.get_me(), members.get_profile());
}

fn both(session: UserSession<Members, SelfService>) -> tokens::Client<UserSession<Members, SelfService>, UserSession<Desk, SelfService>> {
    let builder = tokens::Client::builder().environment(&tokens::environments::DEV);
    let client = builder.members(session.clone()).desk(session).build().unwrap();
    let _ = (client.get_me(), client.get_desk());
    client
}

fn id_token_for_an_app_client(known: &tokens::Client<Missing, Missing, Missing, IdToken<Known>>) {
    let _ = known.get_known();
}

fn another_crate<G: GrantOf<shelter::auth::Api>>(session: &UserSession<shelter::auth::ShelterPool>) {
    let other: UserSession<Members> = session.for_pool::<Members>().unwrap();
    let _: UserSession<Members, grant![tokens::scopes::OrdersRead]> = other.try_grant().unwrap();
}

fn stored(session: UserSession<Members, SelfService>) -> UserSession<Members> {
    session.into()
}

fn own(url: String) -> Environment<tokens::auth::Api> {
    assert_eq!(tokens::environments::named("eu-prod").map(|found| found.name()), Some("eu-prod"));
    Environment::new("own").base_url(url).user_pool::<Members>("eu-west-1_Own000001")
}

fn main() {}
