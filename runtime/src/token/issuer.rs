//! Issuers of tokens: a Cognito user pool in either form of its issuer and in any region of its partition, or an exact URL.
//!
//! The issuer of a token only decides whether the token is accepted. It never decides where a request goes.

use crate::region::is_region;

/// The issuer of a Cognito user pool, `https://{service}.{region}.{domain}/{pool id}`.
///
/// The host is `cognito-idp`, or `issuer-cognito-idp` if the issuer configuration of the pool is `UPDATED`. If the pool has replicas,
/// the region is that of the replica that issued the token.
/// Source: "Understanding user pool JSON web tokens" in the Amazon Cognito Developer Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PoolIssuer<'i> {
    /// The id of the pool, `us-east-1_AbC123`.
    pub pool_id: &'i str,
    /// The region that issued the token, which can differ from that of the pool.
    pub region: &'i str,
    partition: Partition,
}

impl<'i> PoolIssuer<'i> {
    /// Reads an issuer; `None` if it is not the issuer of a user pool.
    pub(crate) fn parse(issuer: &'i str) -> Option<Self> {
        let (host, pool_id) = issuer.strip_prefix("https://")?.split_once('/')?;
        let (service, rest) = host.split_once('.')?;
        if !matches!(service, "cognito-idp" | "issuer-cognito-idp") {
            return None;
        }
        let (region, domain) = rest.split_once('.')?;
        let partition = Partition::of(region);
        let is_its_own = home_region(pool_id).is_some_and(|home| Partition::of(home) == partition);
        (is_region(region) && domain == partition.domain() && is_its_own).then_some(Self { pool_id, region, partition })
    }

    fn is_of_same_pool(self, other: Self) -> bool {
        self.pool_id == other.pool_id && self.partition == other.partition
    }
}

/// Whether `issuer` is one of `expected`: equal to one of them, or another issuer of the same user pool.
pub(crate) fn is_one_of(issuer: &str, expected: &[impl AsRef<str>]) -> bool {
    expected.iter().any(|expected| is_same(issuer, expected.as_ref()))
}

/// Whether two issuers are equal or of the same user pool.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (one, other) = (PoolIssuer::parse(one), PoolIssuer::parse(other.strip_suffix('/').unwrap_or(other)));
    one.zip(other).is_some_and(|(one, other)| one.is_of_same_pool(other))
}

/// The issuer of a user pool in the original form and in the region of the pool; `None` if the id is not valid.
pub(crate) fn of_pool(pool_id: &str) -> Option<String> {
    let home = home_region(pool_id)?;
    Some(format!("https://cognito-idp.{home}.{}/{pool_id}", Partition::of(home).domain()))
}

/// The region in the id of a pool; `None` if the id is not valid (`[\w-]+_[0-9a-zA-Z]+`, at most 55 characters:
/// API reference, `UserPoolType`).
pub(crate) fn home_region(pool_id: &str) -> Option<&str> {
    let (region, name) = pool_id.split_once('_')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_region(region) && is_name && pool_id.len() <= 55).then_some(region)
}

/// An AWS partition: regions with the same domain and the same identities (AWS General Reference, "Partitions").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Partition {
    Commercial,
    China,
    GovCloud,
    Europe,
    Iso,
    IsoB,
    IsoE,
    IsoF,
}

impl Partition {
    fn of(region: &str) -> Self {
        const PREFIXES: [(&str, Partition); 7] = [
            ("cn-", Partition::China),
            ("us-gov-", Partition::GovCloud),
            ("eusc-", Partition::Europe),
            ("us-iso-", Partition::Iso),
            ("us-isob-", Partition::IsoB),
            ("eu-isoe-", Partition::IsoE),
            ("us-isof-", Partition::IsoF),
        ];
        let known = PREFIXES.iter().find(|(prefix, _)| region.starts_with(prefix));
        known.map_or(Self::Commercial, |(_, partition)| *partition)
    }

    fn domain(self) -> &'static str {
        match self {
            Self::Commercial | Self::GovCloud => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
            Self::Europe => "amazonaws.eu",
            Self::Iso => "c2s.ic.gov",
            Self::IsoB => "sc2s.sgov.gov",
            Self::IsoE => "cloud.adc-e.uk",
            Self::IsoF => "csp.hci.ic.gov",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01";

    #[test]
    fn a_pool_has_two_forms_and_any_region_of_its_partition() {
        for issuer in [
            POOL,
            "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01",
            "https://cognito-idp.us-west-2.amazonaws.com/eu-west-1_PetPool01",
            "https://issuer-cognito-idp.ap-southeast-2.amazonaws.com/eu-west-1_PetPool01",
        ] {
            assert!(is_one_of(issuer, &[POOL]) && is_one_of(POOL, &[issuer]), "{issuer}");
        }
        let replica = PoolIssuer::parse("https://issuer-cognito-idp.us-west-2.amazonaws.com/us-east-1_A1");
        assert_eq!(replica.map(|it| (it.pool_id, it.region)), Some(("us-east-1_A1", "us-west-2")));
    }

    #[test]
    fn other_issuers_are_not_of_the_pool() {
        for issuer in [
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool02",
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01/",
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01?x",
            "http://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01",
            "https://cognito-idp.us-gov-west-1.amazonaws.com/eu-west-1_PetPool01",
            "https://cognito-idp.cn-north-1.amazonaws.com.cn/eu-west-1_PetPool01",
            "https://cognito-idp.eu-west-1.amazonaws.com.cn/eu-west-1_PetPool01",
            "https://cognito-idp.eu-west-1.amazonaws.com.evil.example/eu-west-1_PetPool01",
            "https://cognito-idp.evil.example/eu-west-1_PetPool01",
            "https://cognito-idp.a.b.amazonaws.com/eu-west-1_PetPool01",
            "https://issuer.cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01",
            "https://user@cognito-idp.eu-west-1.amazonaws.com/eu-west-1_PetPool01",
            "https://evil.example/eu-west-1_PetPool01",
            "eu-west-1_PetPool01",
            "",
        ] {
            assert!(!is_one_of(issuer, &[POOL]), "{issuer}");
        }
        assert!(is_one_of("https://id.example", &["https://id.example"]));
        assert!(!is_one_of("https://id.example/", &["https://id.example"]));
    }

    #[test]
    fn every_partition_has_its_domain() {
        for (pool_id, issuer) in [
            ("us-east-1_A1", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_A1"),
            ("us-gov-west-1_A1", "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_A1"),
            ("cn-north-1_A1", "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A1"),
            ("eusc-de-east-1_A1", "https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_A1"),
            ("us-iso-east-1_A1", "https://cognito-idp.us-iso-east-1.c2s.ic.gov/us-iso-east-1_A1"),
        ] {
            assert_eq!(of_pool(pool_id).as_deref(), Some(issuer));
            assert_eq!(PoolIssuer::parse(issuer).map(|it| it.pool_id), Some(pool_id));
        }
        for id in ["", "us-east-1", "_A1", "us-east-1_", "us-east-1_A-1", "us/east_A1", "US-EAST-1_A1"] {
            assert_eq!(of_pool(id), None, "{id}");
        }
    }
}
