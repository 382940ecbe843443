#!/usr/bin/env bash
# Makes OpenSSL for Windows from the source that Cargo.lock names, once for each version, and prints the folder.
# Sourced by nobody: `OPENSSL_DIR=$(installer/windows/openssl.sh)`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=x86_64-pc-windows-gnu
cache="${XDG_CACHE_HOME:-$HOME/.cache}/ankong/cross"
version=$(sed -n '/^name = "openssl-src"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock)
folder="$cache/openssl-$target-$version"

main() {
  mkdir -p "$cache"
  (
    flock 9 # two checkouts share the cache
    [ -e "$folder" ] || make_it >&2
  ) 9>"$cache/openssl.lock"
  echo "$folder"
}

# A subshell, so that its trap ends with it.
make_it() (
  echo "openssl: making $version for Windows, once; minutes"
  work=$(mktemp -d -p "$cache")
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/src"
  cat >"$work/Cargo.toml" <<EOF
[package]
name = "make-openssl"
edition = "2024"
[dependencies]
openssl-src = "=$version"
[workspace]
EOF
  cat >"$work/src/main.rs" <<'EOF'
fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, host, target] = &arguments[..] else { panic!("three arguments") };
    openssl_src::Build::new().out_dir(folder).host(host).target(target).build();
}
EOF
  host=$(rustc -vV | sed -n 's/^host: //p')
  CARGO_MAKEFLAGS="-j$(nproc)" OPT_LEVEL=3 cargo run --quiet --release --manifest-path "$work/Cargo.toml" --target-dir "$work/target" -- \
    "$work/made" "$host" "$target" >"$cache/openssl.log" 2>&1 ||
    { tail -n 20 "$cache/openssl.log"; echo "openssl: see $cache/openssl.log"; exit 1; }
  # Renamed into place at the end: a run cut short leaves no half of it behind.
  mv "$work/made/install" "$folder"
)

main
