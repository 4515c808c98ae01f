//! The peers listen on the loopback interface only, and end with the tests.

#![cfg(target_os = "linux")]

use cogen_test_peers::{Failure, Ministack, OidcProvider, skipped};
use std::collections::BTreeSet;
use std::fs;

/// The sockets on which a process listens, as the kernel writes them: an address in hexadecimal, `:`, a port.
fn listening(process: u32) -> Result<Vec<String>, Failure> {
    let mut sockets = BTreeSet::new();
    for entry in fs::read_dir(format!("/proc/{process}/fd"))? {
        let target = fs::read_link(entry?.path())?.to_string_lossy().into_owned();
        sockets.extend(target.strip_prefix("socket:[").map(|inode| inode.trim_end_matches(']').to_owned()));
    }
    let mut found = Vec::new();
    for table in ["tcp", "tcp6"] {
        for line in fs::read_to_string(format!("/proc/{process}/net/{table}"))?.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // 0A: the socket listens.
            if fields[3] == "0A" && sockets.contains(fields[9]) {
                found.push(fields[1].to_owned());
            }
        }
    }
    Ok(found)
}

#[test]
fn the_peers_listen_on_the_loopback_interface_only() -> Result<(), Failure> {
    if skipped() {
        return Ok(());
    }
    let (ministack, oidc) = (Ministack::start()?, OidcProvider::start("http://127.0.0.1:8400/callback")?);
    for process in [ministack.id(), oidc.id()] {
        let places = listening(process)?;
        assert!(places.len() == 1 && places[0].starts_with("0100007F:"), "{places:?}");
    }
    let processes = [ministack.id(), oidc.id()];
    drop((ministack, oidc));
    for process in processes {
        assert!(fs::metadata(format!("/proc/{process}")).is_err(), "it has ended");
    }
    Ok(())
}
