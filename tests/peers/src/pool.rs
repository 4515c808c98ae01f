//! User pools in ministack, with the app clients and users that a test needs.

use crate::process::free_port;
use crate::{Expected, Failure, Judge, Ministack};
use serde_json::{Value, json};

/// A user pool with a resource server `pets`, whose users may set up authenticator apps.
#[derive(Debug)]
pub struct Pool {
    ministack: &'static Ministack,
    id: String,
}

/// An app client of a pool.
pub struct App {
    /// Its id.
    pub client_id: String,
    /// Its secret, if it has one.
    pub secret: Option<String>,
    /// The redirect URI of managed login: a port of this machine that was free.
    pub redirect: String,
}

/// The purpose of an app client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Users, by the user-pool API and managed login; without a secret.
    Users,
    /// Users, by the user-pool API, and client credentials; with a secret.
    Machines,
}

impl Pool {
    /// Creates a user pool in the shared ministack. With `by_email`, users sign in with their e-mail address.
    ///
    /// # Errors
    /// If ministack is missing or refuses.
    pub fn new(by_email: bool) -> Result<Self, Failure> {
        let ministack = Ministack::shared()?;
        let mut parameters = json!({ "PoolName": "pets" });
        if by_email {
            parameters["UsernameAttributes"] = json!(["email"]);
        }
        let made = ministack.aws().call("cognito-idp", "create_user_pool", parameters)?;
        let id = made["UserPool"]["Id"].as_str().ok_or("a user pool without an id")?.to_owned();
        let pool = Self { ministack, id };
        let mfa = json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true } });
        pool.admin("set_user_pool_mfa_config", mfa)?;
        let scopes = ["read", "write", "admin"].map(|name| json!({ "ScopeName": name, "ScopeDescription": name }));
        pool.admin("create_resource_server", json!({ "Identifier": "pets", "Name": "pets", "Scopes": scopes }))?;
        Ok(pool)
    }

    /// Creates an app client that may request these scopes.
    ///
    /// # Errors
    /// If ministack refuses.
    pub fn app(&self, purpose: For, scopes: &[&str]) -> Result<App, Failure> {
        let redirect = format!("http://localhost:{}/callback", free_port()?);
        let mut allowed = scopes.to_vec();
        if purpose == For::Users {
            allowed.extend(["openid", "aws.cognito.signin.user.admin"]);
        }
        let parameters = json!({
            "ClientName": "app",
            "GenerateSecret": purpose == For::Machines,
            "ExplicitAuthFlows": [
                "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
            ],
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": [if purpose == For::Machines { "client_credentials" } else { "code" }],
            "AllowedOAuthScopes": allowed,
            "SupportedIdentityProviders": ["COGNITO"],
            "CallbackURLs": [redirect],
        });
        let client = self.admin("create_user_pool_client", parameters)?["UserPoolClient"].take();
        let client_id = client["ClientId"].as_str().ok_or("an app client without an id")?.to_owned();
        Ok(App { client_id, secret: client["ClientSecret"].as_str().map(str::to_owned), redirect })
    }

    /// Creates a user.
    ///
    /// # Errors
    /// If ministack refuses.
    pub fn user(&self, name: &str, password: &str) -> Result<(), Failure> {
        let mut parameters = json!({ "Username": name });
        if name.contains('@') {
            parameters["UserAttributes"] = json!([{ "Name": "email", "Value": name }]);
        }
        self.admin("admin_create_user", parameters)?;
        let parameters = json!({ "Username": name, "Password": password, "Permanent": true });
        self.admin("admin_set_user_password", parameters).map(drop)
    }

    /// Calls an operation on this user pool as its administrator.
    ///
    /// # Errors
    /// The error of ministack.
    pub fn admin(&self, operation: &str, mut parameters: Value) -> Result<Value, Failure> {
        parameters["UserPoolId"] = json!(self.id);
        self.ministack.aws().call("cognito-idp", operation, parameters)
    }

    /// Its id, chosen by ministack.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The URL of the user-pool API and of the managed login.
    pub fn url(&self) -> String {
        self.ministack.url()
    }

    /// The claims of a token of this user pool, if aws-jwt-verify accepts it.
    ///
    /// # Errors
    /// The error of aws-jwt-verify.
    pub async fn judge(&self, app: &App, token: &str, expected: Expected<'_>) -> Result<Value, Failure> {
        let url = format!("{}/{}/.well-known/jwks.json", self.url(), self.id);
        let jwks = crate::browser::http()?.get(url).send().await?.error_for_status()?.bytes().await?;
        Judge::shared()?.verify(token, expected, &self.id, &app.client_id, &serde_json::from_slice(&jwks)?)
    }
}
