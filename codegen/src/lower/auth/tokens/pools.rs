//! User pools by their ids, ARNs and issuers.

use crate::ir::schemes::UserPool;

impl UserPool {
    /// The user pool of an id, `us-east-1_AbC123`.
    pub fn of_id(id: &str) -> Option<Self> {
        let (region, _) = id.split_once('_')?;
        Self::new(region, id)
    }

    /// The pool of `arn:aws:cognito-idp:{region}:{account}:userpool/{id}`; the account is not kept.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let (_partition, service, region, _account) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let id = parts.next()?.strip_prefix("userpool/")?;
        if service == "cognito-idp" { Self::new(region, id) } else { None }
    }

    /// The pool of an issuer, `https://{service}.{region}.{domain}/{id}`: the service is `cognito-idp`, or
    /// `issuer-cognito-idp` where the pool's issuer configuration is `UPDATED`; the region is the pool's own or a replica's.
    pub fn of_issuer(issuer: &str) -> Option<Self> {
        let (host, id) = issuer.strip_prefix("https://")?.trim_end_matches('/').split_once('/')?;
        let (service, rest) = host.split_once('.')?;
        let (region, domain) = rest.split_once('.')?;
        if !matches!(service, "cognito-idp" | "issuer-cognito-idp") || domain != domain_of(region) {
            return None;
        }
        Self::new(region, id)
    }

    /// The pool's issuer in the original form (Cognito Developer Guide, "Verifying a JSON Web Token"); the other issuers of
    /// the pool count as the same.
    pub fn issuer(&self) -> String {
        format!("https://cognito-idp.{}.{}/{}", self.region, domain_of(&self.region), self.id)
    }

    fn new(region: &str, id: &str) -> Option<Self> {
        let is_id = id.contains('_') && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        (is_label(region) && is_id).then(|| Self { region: region.to_owned(), id: id.to_owned() })
    }
}

/// The DNS suffix of a region's partition (AWS General Reference, "Partitions").
fn domain_of(region: &str) -> &'static str {
    const DOMAINS: [(&str, &str); 6] = [
        ("cn-", "amazonaws.com.cn"),
        ("eusc-", "amazonaws.eu"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("us-isof-", "csp.hci.ic.gov"),
    ];
    DOMAINS.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("amazonaws.com", |(_, domain)| domain)
}

/// Whether a region is one host label, so that it can be part of a host name.
fn is_label(text: &str) -> bool {
    let inner = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    inner && (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(region: &str, id: &str) -> Option<UserPool> {
        Some(UserPool { region: region.to_owned(), id: id.to_owned() })
    }

    #[test]
    fn both_forms_of_an_issuer_name_the_pool() {
        for (issuer, expected) in [
            ("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A1", pool("eu-west-1", "eu-west-1_A1")),
            ("https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A1", pool("eu-west-1", "eu-west-1_A1")),
            ("https://cognito-idp.us-west-2.amazonaws.com/us-east-1_A1/", pool("us-west-2", "us-east-1_A1")),
            (
                "https://issuer-cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A1",
                pool("cn-north-1", "cn-north-1_A1"),
            ),
            (
                "https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_A1",
                pool("eusc-de-east-1", "eusc-de-east-1_A1"),
            ),
            ("https://cognito-idp.eu-west-1.amazonaws.eu/eu-west-1_A1", None),
            ("https://other-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A1", None),
            ("https://cognito-idp.eu-west-1.amazonaws.com/realm", None),
            ("https://id.example/eu-west-1_A1", None),
        ] {
            assert_eq!(UserPool::of_issuer(issuer), expected, "{issuer}");
        }
    }

    #[test]
    fn an_issuer_is_read_again_as_its_pool() {
        for id in ["eu-west-1_A1", "us-gov-west-1_A1", "cn-north-1_A1", "eusc-de-east-1_A1", "us-isob-east-1_A1"] {
            let pool = UserPool::of_id(id);
            assert_eq!(pool.as_ref().and_then(|pool| UserPool::of_issuer(&pool.issuer())), pool, "{id}");
            assert!(pool.is_some());
        }
    }
}
