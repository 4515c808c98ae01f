//! Runs the checks of one application, and prints one line for each: operation, `ok` or `fault`, message.

use cogen_runtime::__rt::v1::Json;
use cogen_runtime::{Error, EventStream, ItemStream, Uuid};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Debug;
use uuid::uuid;

/// Why a check failed.
pub struct Fault(pub String);

/// The result of a check.
pub type Checked = Result<(), Fault>;

impl<E: Debug> From<Error<E>> for Fault {
    fn from(error: Error<E>) -> Self {
        let body = String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned();
        Self(format!("{error}; {:?}; {:?}; {body}", error.kind(), error.documented()))
    }
}

/// Prints the result of the check of an operation.
pub fn report(operation: &str, checked: Checked) {
    match checked {
        Ok(()) => println!("{operation}\tok\t"),
        Err(Fault(message)) => println!("{operation}\tfault\t{}", message.replace(['\n', '\r', '\t'], " ")),
    }
}

/// Fails if the values differ.
pub fn same<A: Debug + PartialEq<B>, B: Debug>(found: A, expected: B) -> Checked {
    if found == expected { Ok(()) } else { Err(Fault(format!("found {found:?}, expected {expected:?}"))) }
}

/// Fails if the value is not written as this JSON; `1` and `1.0` are equal.
pub fn same_json<T: Serialize>(found: &T, expected: Value) -> Checked {
    let found = json(found);
    if equal(&found, &expected) { Ok(()) } else { Err(Fault(format!("found {found}, expected {expected}"))) }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

/// A value as JSON.
pub fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("a value is JSON")
}

/// A value of a type of another crate, such as a date, from its JSON.
pub fn it<T: DeserializeOwned>(value: impl Into<Value>) -> T {
    serde_json::from_value(value.into()).expect("a value of the type")
}

/// A UUID that every application is sent.
pub const IDENT: Uuid = Uuid::new(uuid!("6f1b7a52-9a3b-4a6e-8d2e-0c6f5d1e2a3b"));

/// Fails if an application did not understand exactly these values.
pub fn understood(found: &BTreeMap<String, String>, expected: &[(&str, &str)]) -> Checked {
    let expected = expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    same(found, &expected)
}

/// Owned strings.
pub fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The documented error of a call.
pub fn refused<T, E: Debug>(result: Result<T, Error<E>>) -> Result<E, Fault> {
    match result {
        Ok(_) => Err(Fault("the call succeeded".to_owned())),
        Err(error) if error.documented().is_some() => Ok(error.into_documented().expect("it is documented")),
        Err(error) => Err(error.into()),
    }
}

/// The status and the body of an error that the document does not describe.
pub fn undocumented<T, E: Debug>(result: Result<T, Error<E>>) -> Result<(u16, String), Fault> {
    match result {
        Ok(_) => Err(Fault("the call succeeded".to_owned())),
        Err(error) if error.documented().is_some() => Err(error.into()),
        Err(error) => {
            let body = String::from_utf8_lossy(error.body().unwrap_or_default()).into_owned();
            Ok((error.status().map_or(0, |status| status.as_u16()), body))
        }
    }
}

/// All events of a stream: the type, the id and the value of each.
pub async fn events<T: Json>(mut stream: EventStream<T>) -> Result<Vec<(String, String, T)>, Fault> {
    let mut all = Vec::new();
    while let Some(event) = stream.next().await {
        let event = event.map_err(|error| Fault(error.to_string()))?;
        all.push((event.event, event.id, event.value));
    }
    Ok(all)
}

/// All items of a stream.
pub async fn items<T: Json>(mut stream: ItemStream<T>) -> Result<Vec<T>, Fault> {
    let mut all = Vec::new();
    while let Some(item) = stream.next().await {
        all.push(item.map_err(|error| Fault(error.to_string()))?);
    }
    Ok(all)
}

/// Runs a check and prints its result.
#[macro_export]
macro_rules! check {
    ($operation:literal, $body:block) => {
        $crate::checks::report(
            $operation,
            async {
                $body;
                Ok(())
            }
            .await,
        )
    };
}
