#!/usr/bin/env bash
# Makes OpenSSL for Windows from the source that Cargo.lock names, once for each version, and prints the folder.
# Sourced by nobody: `OPENSSL_DIR=$(installer/windows/openssl.sh)`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=x86_64-pc-windows-gnu
cache="${XDG_CACHE_HOME:-$HOME/.cache}/ankong/cross"
version=$(sed -n '/^name = "openssl-src"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock)
# Small, and without what neither browsers nor cards ask for: it is inside the resident program. No file of settings is
# looked for, as whoever could put one there would have a say in the program. Tables for unwinding, 450 kB of them and their
# padding, would be read by nobody: a panic ends the program.
options=(
  no-autoload-config --prefix=/openssl --openssldir=/openssl
  -Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
  no-shared no-module no-tests no-apps no-docs no-comp no-zlib no-engine no-legacy no-capieng no-ssl3 no-weak-ssl-ciphers
  no-dtls no-quic no-srp no-srtp no-sctp no-psk no-ct no-ts no-cmp no-cms no-ocsp no-http no-rfc3779 no-async no-ui-console
  no-tls1 no-tls1_1 no-nextprotoneg no-multiblock no-ml-kem
  no-aria no-camellia no-idea no-seed no-bf no-cast no-rc2 no-rc4 no-rc5 no-md2 no-md4 no-mdc2 no-rmd160 no-whirlpool
  no-sm2 no-sm3 no-sm4 no-gost no-blake2 no-siphash no-siv no-scrypt no-argon2 no-ml-dsa no-slh-dsa no-lms no-ec2m no-ocb
)
folder="$cache/openssl-$target-$version-$(sha256sum <<<"${options[*]}" | cut -c1-8)"

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
    println!("{}", openssl_src::source_dir().display());
}
EOF
  source=$(cargo run --quiet --manifest-path "$work/Cargo.toml" --target-dir "$work/target")
  mkdir "$work/build"
  cd "$work/build"
  {
    "$source/Configure" mingw64 --cross-compile-prefix=x86_64-w64-mingw32- --libdir=lib "${options[@]}" &&
      make -j "$(nproc)" build_libs && make install_dev DESTDIR="$work/made"
  } >"$cache/openssl.log" 2>&1 || { tail -n 20 "$cache/openssl.log"; echo "openssl: see $cache/openssl.log"; exit 1; }
  # Renamed into place at the end: a run cut short leaves no half of it behind.
  mv "$work/made/openssl" "$folder"
)

main
