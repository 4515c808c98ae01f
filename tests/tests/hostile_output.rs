//! G8: whatever is in the output directory, and whatever fails there, no link is followed, no foreign file is changed, and
//! the crate is either the complete old one or the complete new one.
//!
//! The writer's own tests in `codegen/src/output/write` make each single step fail. Here the whole command runs on real
//! file systems.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cogen_tests::{cogen, paths};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

/// A document with this many groups of operations, each in a file of its own.
fn document(directory: &Path, name: &str, groups: usize) -> PathBuf {
    let paths: Map<String, Value> = (0..groups)
        .map(|n| {
            let operation = json!({"operationId": format!("{name}{n}"), "tags": [format!("group{n}")], "description": "words ".repeat(200), "responses": {"200": {"description": "ok"}}});
            (format!("/{name}/{n}"), json!({"get": operation}))
        })
        .collect();
    let path = directory.join(format!("{name}.json"));
    let document = json!({"openapi": "3.0.1", "info": {"title": name, "version": "1"}, "servers": [{"url": "https://api.example.com"}], "paths": paths});
    fs::write(&path, document.to_string()).unwrap();
    path
}

/// The files below a directory, including links.
fn tree(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        if metadata.is_dir() {
            found.extend(tree(&path));
        } else if metadata.is_symlink() {
            found.insert(path.clone(), fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes());
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn g08_links_are_not_followed_and_foreign_files_not_changed() {
    let root = paths::scratch("g08-links").unwrap();
    let api = document(&root, "first", 3);
    let elsewhere = root.join("elsewhere");
    assert_eq!(cogen::generate(&api, &elsewhere, Some("out"), &[]).unwrap().status, Some(0));
    let before = tree(&elsewhere);
    let changed = document(&root, "second", 3);
    type Put = fn(&Path, &Path) -> io::Result<()>;
    let cases: [(&str, &str, Put); 7] = [
        ("the directory itself", "COGEN-W", |out, elsewhere| {
            fs::remove_dir_all(out)?;
            symlink(elsewhere, out)
        }),
        ("src", "COGEN-W", |out, elsewhere| {
            fs::remove_dir_all(out.join("src"))?;
            symlink(elsewhere.join("src"), out.join("src"))
        }),
        ("a file", "COGEN-W", |out, elsewhere| {
            fs::remove_file(out.join("src/lib.rs"))?;
            symlink(elsewhere.join("src/lib.rs"), out.join("src/lib.rs"))
        }),
        ("the manifest", "COGEN-W", |out, elsewhere| {
            fs::remove_file(out.join("Cargo.toml"))?;
            symlink(elsewhere.join("Cargo.toml"), out.join("Cargo.toml"))
        }),
        ("the marker", "COGEN-W", |out, elsewhere| {
            fs::remove_file(out.join(".cogen"))?;
            symlink(elsewhere.join(".cogen"), out.join(".cogen"))
        }),
        ("no marker", "COGEN-W", |out, _| fs::remove_file(out.join(".cogen"))),
        ("a file that is not ours", "COGEN-W", |out, _| {
            let marker = fs::read_to_string(out.join(".cogen"))?;
            fs::write(out.join(".cogen"), marker.replace("src/lib.rs\n", ""))?;
            fs::write(out.join("src/lib.rs"), "fn mine() {}")
        }),
    ];
    for (name, words, put) in cases {
        let out = root.join("out");
        let _ = fs::remove_file(&out).or_else(|_| fs::remove_dir_all(&out));
        assert_eq!(cogen::generate(&api, &out, Some("out"), &[]).unwrap().status, Some(0));
        put(&out, &elsewhere).unwrap();
        let own = if name == "the directory itself" { BTreeMap::new() } else { tree(&out) };
        let run = cogen::generate(&changed, &out, Some("out"), &[]).unwrap();
        assert_eq!(run.status, Some(2), "{name}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{name}: {}", run.stderr);
        assert_eq!(tree(&elsewhere), before, "{name}: a file was written through the link");
        if !own.is_empty() {
            assert_eq!(tree(&out), own, "{name}");
        }
    }
    // The parent may be a link, which the user named. Below it, a directory is treated like any other.
    symlink(&root, root.join("parent")).unwrap();
    let run = cogen::generate(&api, &root.join("parent/below"), Some("out"), &[]).unwrap();
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(fs::symlink_metadata(root.join("below")).unwrap().is_dir());
}

#[test]
fn g08_two_concurrent_runs_leave_one_complete_crate() {
    let root = paths::scratch("g08-two").unwrap();
    let documents = [document(&root, "one", 12), document(&root, "two", 7)];
    let out = root.join("out");
    let expected: Vec<_> = documents
        .iter()
        .map(|api| {
            assert_eq!(cogen::generate(api, &out, Some("out"), &[]).unwrap().status, Some(0));
            tree(&out)
        })
        .collect();
    for _ in 0..8 {
        let children: Vec<_> = (0..4)
            .map(|n| {
                let mut command = Command::new(cogen::binary().unwrap());
                command
                    .arg("generate")
                    .arg(&documents[n % 2])
                    .arg("-o")
                    .arg(&out)
                    .arg("--config")
                    .arg(root.join("out.cogen.toml"));
                command.arg("--runtime-path").arg(paths::root().join("runtime"));
                command.stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            let printed = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.code() == Some(0) || (output.status.code() == Some(2) && printed.contains("another run")),
                "{printed}"
            );
        }
        let now = tree(&out);
        assert!(expected.contains(&now), "a mixture: {:?}", now.keys().collect::<Vec<_>>());
    }
}

/// Runs a script in a separate mount namespace; `None` if the system has none.
fn alone(script: &str, arguments: &[&Path]) -> Option<String> {
    let can = Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs tmpfs /tmp"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        println!("no namespaces here: skipped");
        return None;
    }
    let output =
        Command::new("unshare").args(["-rm", "bash", "-euc", script, "script"]).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn g08_a_full_disk_leaves_the_old_crate() {
    let root = paths::scratch("g08-full").unwrap();
    let (old, new) = (document(&root, "old", 4), document(&root, "new", 40));
    for (api, name) in [(&old, "old-crate"), (&new, "new-crate")] {
        assert_eq!(cogen::generate(api, &root.join(name), Some("out"), &[]).unwrap().status, Some(0));
    }
    // File systems of many sizes, so that writing fails at many points. The largest is large enough.
    let script = r#"
        cogen="$1" root="$2" config="$3" runtime="$4"
        for kb in 64 80 100 120 140 160 180 200 220 240 260 300 340 380 420 460 500 2000; do
            mkdir -p "$root/mount"
            mount -t tmpfs -o size=${kb}k tmpfs "$root/mount"
            status=0
            cp -r "$root/old-crate" "$root/mount/out" 2>/dev/null || { umount "$root/mount"; continue; }
            "$cogen" generate "$root/new.json" -o "$root/mount/out" --config "$config" --runtime-path "$runtime" 2>"$root/errors" || status=$?
            if diff -r "$root/mount/out" "$root/old-crate" >"$root/difference"; then is=old
            elif diff -r "$root/mount/out" "$root/new-crate" >>"$root/difference"; then is=new
            else is=mixed; cat "$root/difference"; fi
            echo "$kb $status $is"
            umount "$root/mount"
        done
    "#;
    let config = root.join("new-crate.cogen.toml");
    let runtime = paths::root().join("runtime");
    let Some(printed) = alone(script, &[cogen::binary().unwrap(), &root, &config, &runtime]) else { return };
    let lines: Vec<Vec<&str>> = printed.lines().map(|line| line.split(' ').collect()).collect();
    for line in &lines {
        assert!(matches!(line[..], [_, "2", "old"] | [_, "0", "new"]), "{printed}");
    }
    assert!(lines.iter().any(|l| l[2] == "old") && lines.iter().any(|l| l[2] == "new"), "{printed}");
}

#[test]
fn g08_an_unwritable_directory_is_an_error() {
    let root = paths::scratch("g08-read-only").unwrap();
    let api = document(&root, "api", 3);
    let out = root.join("out");
    assert_eq!(cogen::generate(&api, &out, Some("out"), &[]).unwrap().status, Some(0));
    let before = tree(&out);
    let changed = document(&root, "changed", 3);
    // Permissions do not stop root, but a read-only file system does.
    let script = r#"
        mount --bind "$2" "$2"
        mount -o remount,bind,ro "$2"
        status=0
        "$1" generate "$3" -o "$2" --config "$4" 2>&1 || status=$?
        echo "status $status"
    "#;
    if let Some(printed) = alone(script, &[cogen::binary().unwrap(), &out, &changed, &root.join("out.cogen.toml")]) {
        assert!(
            printed.contains("status 2") && printed.contains("COGEN-W") && printed.contains("cannot write"),
            "{printed}"
        );
    }
    fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).unwrap();
    let stopped = fs::write(out.join("probe"), "").is_err();
    if stopped {
        let run = cogen::generate(&changed, &out, Some("out"), &[]).unwrap();
        assert!(run.status == Some(2) && run.stderr.contains("cannot write"), "{}", run.stderr);
    }
    fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).unwrap();
    let _ = fs::remove_file(out.join("probe"));
    assert_eq!(tree(&out), before);
}
