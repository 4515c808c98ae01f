//! Clients of the project's own documents, as a build script generates them.

macro_rules! apis {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("The client of `", stringify!($name), "`.")]
            #[allow(missing_docs)]
            pub mod $name {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));
            }
        )*
    };
}

apis!(shelter library orders lambda iam plain sixty tokens answers headers streams pages idempotency);
