//! From the operations of a document to those of the API: names, servers, parameters, bodies, responses.

pub mod bodies;
pub mod headers;
pub mod media;
pub mod outline;
pub mod params;
pub mod responses;
pub mod servers;
pub mod sites;
pub mod status_words;
mod styles;
