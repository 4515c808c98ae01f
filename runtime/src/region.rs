//! AWS regions: what a region name can be, and the region in the host name of an API.

use url::Url;

/// The region in the host name of an API, `{id}.execute-api.{region}.amazonaws.com`, or its form in another partition.
pub(crate) fn region_of(url: &Url) -> Option<&str> {
    let mut labels = url.host_str()?.split('.');
    let (_, service, region, suffix) = (labels.next()?, labels.next()?, labels.next()?, labels.next()?);
    (service == "execute-api" && matches!(suffix, "amazonaws" | "api") && is_region(region)).then_some(region)
}

/// Whether a text can be a region: one DNS label. There is no list of regions, since it would be out of date.
pub(crate) fn is_region(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}
