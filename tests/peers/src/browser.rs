//! A minimal browser for sign-in pages: cookies, redirects, and forms, which it fills in and submits.

use crate::Failure;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response};
use std::collections::BTreeMap;
use url::Url;

/// Keeps cookies until it is dropped.
#[derive(Debug)]
pub struct Browser {
    http: Client,
    cookies: BTreeMap<(String, String), String>,
    /// The values for form fields, by name.
    typed: Vec<(String, String)>,
}

impl Browser {
    /// A browser with the user's values for form fields.
    ///
    /// # Errors
    /// If no HTTP client can be created.
    pub fn new<const N: usize>(typed: [(&str, &str); N]) -> Result<Self, Failure> {
        let http = http()?;
        let typed = typed.map(|(field, value)| (field.to_owned(), value.to_owned())).into();
        Ok(Self { http, cookies: BTreeMap::new(), typed })
    }

    /// Opens `url`, follows redirects and submits every form until a page has none, and returns that page's text.
    ///
    /// # Errors
    /// If a page can't be loaded, a form has a field without a value, or there are too many pages.
    pub async fn open(&mut self, url: &Url) -> Result<String, Failure> {
        self.go(url, None).await.map(|(_, page)| page)
    }

    /// Does the same until it is redirected to `redirect`, which it does not open, and returns that address.
    ///
    /// # Errors
    /// Those of [`Browser::open`], or if it ends on another page.
    pub async fn open_until(&mut self, url: &Url, redirect: &str) -> Result<Url, Failure> {
        let (url, page) = self.go(url, Some(redirect)).await?;
        if url.as_str().starts_with(redirect) { Ok(url) } else { Err(format!("it ended at {url}: {page}").into()) }
    }

    async fn go(&mut self, url: &Url, redirect: Option<&str>) -> Result<(Url, String), Failure> {
        let mut url = url.clone();
        let mut form: Option<String> = None;
        for _ in 0..20 {
            if redirect.is_some_and(|redirect| url.as_str().starts_with(redirect)) {
                return Ok((url, String::new()));
            }
            let answer = self.send(&url, form.take()).await?;
            if let Some(location) = answer.headers().get(LOCATION).filter(|_| answer.status().is_redirection()) {
                url = url.join(location.to_str()?)?;
                continue;
            }
            let status = answer.status();
            let page = String::from_utf8_lossy(&answer.bytes().await?).into_owned();
            if !status.is_success() {
                return Err(format!("{url} answered {status}: {page}").into());
            }
            match Form::of(&page) {
                None => return Ok((url, page)),
                Some(found) => {
                    form = Some(self.fill(&found)?);
                    url = url.join(&found.action)?;
                }
            }
        }
        Err("too many pages: is the password right?".into())
    }

    async fn send(&mut self, url: &Url, form: Option<String>) -> Result<Response, Failure> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .filter(|((at, _), _)| *at == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let request = match form {
            None => self.http.get(url.clone()),
            Some(form) => {
                self.http.post(url.clone()).header("content-type", "application/x-www-form-urlencoded").body(form)
            }
        };
        let answer = request.header(COOKIE, cookies.join("; ")).send().await?;
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert((host.clone(), name.trim().to_owned()), value.trim().to_owned());
            }
        }
        Ok(answer)
    }

    fn fill(&self, form: &Form) -> Result<String, Failure> {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        for field in &form.fields {
            let value = match &field.value {
                Some(value) => value,
                None => {
                    let typed = self.typed.iter().find(|(name, _)| *name == field.name);
                    &typed.ok_or_else(|| format!("the page asks for `{}`", field.name))?.1
                }
            };
            out.append_pair(&field.name, value);
        }
        Ok(out.finish())
    }
}

/// An HTTP client that follows no redirect, for plain http on this machine.
///
/// # Errors
/// If it can't be created.
pub fn http() -> Result<Client, Failure> {
    Ok(Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?)
}

/// A page's first form.
struct Form {
    action: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    /// `None` for fields that the user fills in.
    value: Option<String>,
}

impl Form {
    fn of(page: &str) -> Option<Self> {
        let (_, form) = page.split_once("<form")?;
        let form = form.split("</form").next()?;
        let action = attribute(form.split('>').next()?, "action").unwrap_or_default();
        let fields = form
            .split("<input")
            .skip(1)
            .filter_map(|rest| {
                let tag = rest.split('>').next()?;
                let typed = !matches!(attribute(tag, "type").as_deref(), Some("hidden" | "submit"));
                let value = attribute(tag, "value").or_else(|| (!typed).then(String::new));
                Some(Field { name: attribute(tag, "name")?, value: value.filter(|_| !typed) })
            })
            .collect();
        Some(Self { action, fields })
    }
}

/// The value of an attribute in a tag; quotes around it are double.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let text = rest.split('"').next()?;
    Some(
        text.replace("&quot;", "\"")
            .replace("&#x27;", "'")
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&amp;", "&"),
    )
}
