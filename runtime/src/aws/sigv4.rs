//! Signs requests with AWS Signature Version 4.

#[cfg(not(feature = "sigv4"))]
use crate::credential::iam::AwsCredentials;
#[cfg(not(feature = "sigv4"))]
use url::Url;

#[cfg(feature = "sigv4")]
pub(crate) use signing::sign;

/// Fails, since the feature `sigv4` is off. A client with IAM credentials can't be built without it.
#[cfg(not(feature = "sigv4"))]
pub(crate) fn sign(
    _: &AwsCredentials,
    _: &str,
    _: &http::Method,
    _: &Url,
    _: &mut http::HeaderMap,
    _: &[u8],
    _: std::time::SystemTime,
) -> Result<(), String> {
    Err("this build of cogen-runtime can't sign: turn on its feature `sigv4`".to_owned())
}

#[cfg(feature = "sigv4")]
mod signing {
    use crate::credential::iam::AwsCredentials;
    use aws_credential_types::Credentials;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as sigv4};
    use aws_sigv4::sign::v4::SigningParams;
    use http::header::{AUTHORIZATION, CONTENT_TYPE};
    use http::{HeaderMap, HeaderName, HeaderValue, Method};
    use std::time::SystemTime;
    use url::Url;

    /// Signs a complete request: adds the headers `authorization`, `x-amz-date` and `x-amz-security-token`.
    ///
    /// The signature covers the method, the URL, the host, the body, the content type and all `x-amz-` headers, which proxies do not
    /// change.
    pub(crate) fn sign(
        credentials: &AwsCredentials,
        region: &str,
        method: &Method,
        url: &Url,
        headers: &mut HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<(), String> {
        let token = credentials.session_token.as_ref().map(|token| token.expose().to_owned());
        let (id, key) = (credentials.access_key_id.as_str(), credentials.secret_access_key.expose());
        let identity = Credentials::new(id, key, token, None, "cogen").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("execute-api")
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| error.to_string())?;
        headers.remove(AUTHORIZATION);
        let signed = headers.iter().filter(|(name, _)| **name == CONTENT_TYPE || name.as_str().starts_with("x-amz-"));
        let signed = signed.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let request = SignableRequest::new(method.as_str(), url.as_str(), signed, SignableBody::Bytes(body));
        let request = request.map_err(|_| "the request can't be signed".to_owned())?;
        let signed = sigv4(request, &params.into()).map_err(|_| "the request can't be signed".to_owned())?;
        let (instructions, _) = signed.into_parts();
        for (name, value) in instructions.headers() {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
            let mut value = HeaderValue::from_str(value).map_err(|_| unsendable())?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(())
    }

    fn unsendable() -> String {
        "the AWS keys have a character that is not valid in a header".to_owned()
    }
}
