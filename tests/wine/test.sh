#!/usr/bin/env bash
# Runs what can be run of the Windows programs here: `make test-windows`. First the tests of Linux that are built for
# Windows and run by Wine, one after another, then those that start the programs as a person would.
# docs/platforms.md says what that shows and what it does not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=x86_64-pc-windows-gnu
stage="${CARGO_TARGET_DIR:-target}/debug"

main() {
  installer/dev/setup.sh
  installer/windows/build.sh debug
  cargo build --locked --bins -p ankong-stage -p ankong-portal -p virtual-card
  OPENSSL_DIR=$(installer/windows/openssl.sh)
  export OPENSSL_DIR OPENSSL_STATIC=1 OPENSSL_NO_VENDOR=1
  export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="-C target-feature=+crt-static"
  run_by tests/wine/run.sh -p ankong-platform
  run_by tests/wine/run.sh -p ankong --lib --test door
  run_by "$stage/pcscd-keeper $PWD/tests/wine/run.sh" -p ankong --test pcscd
  unset OPENSSL_DIR OPENSSL_STATIC OPENSSL_NO_VENDOR
  make_test_signature
  PROFILE=debug installer/windows/package.sh wide
  PROFILE=debug cargo test --locked --no-fail-fast -p ankong-wine --features windows
}

# In place of the certificate that a release is signed with.
make_test_signature() {
  local folder="${CARGO_TARGET_DIR:-target}/windows/signing"
  mkdir -p "$folder"
  folder=$(realpath "$folder")
  [ -e "$folder/test.p12" ] || {
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=Ankong test signature" \
      -addext extendedKeyUsage=codeSigning -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>/dev/null
    openssl rand -hex 16 >"$folder/password"
    openssl pkcs12 -export -inkey "$folder/key.pem" -in "$folder/certificate.pem" -passout "file:$folder/password" \
      -out "$folder/test.p12"
  }
  export ANKONG_SIGN_PKCS12="$folder/test.p12" ANKONG_SIGN_PASSWORD_FILE="$folder/password"
}

# Tests built for Windows, by this runner.
run_by() {
  local runner=$1
  shift
  say "$*"
  CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=$(realpath "${runner%% *}")${runner#"${runner%% *}"} \
    cargo test --locked --no-fail-fast --target "$target" "$@"
}

say() { echo "test-windows: $*"; }

main
