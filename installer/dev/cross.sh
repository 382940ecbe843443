#!/usr/bin/env bash
# Type-checks and lints the workspace for the systems this one is not: `make check-all`. docs/building.md says what
# that shows and what it does not.
#
# The compiler needs the standard library of each system. Where rustup can add it, it does; on Debian this unpacks
# Debian's compiler and its source into a cache folder and makes the library there, once for each version.
# What this does not do: link, run or install anything of ours.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

targets=(x86_64-pc-windows-gnu x86_64-pc-windows-msvc aarch64-apple-darwin x86_64-apple-darwin)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/ankong/cross"
clang=clang-14 # for the one Objective-C file below the web view, and to read OpenSSL's headers
PATH="$PATH:$HOME/.cargo/bin"

main() {
  case "${1:-}" in
    "" | debian) ;;
    *) fail "usage: installer/dev/cross.sh [debian]   with \`debian\`: not by rustup, even where it could" ;;
  esac
  installer/dev/setup.sh packages "$clang" libssl-dev
  mkdir -p "$cache"
  (
    flock 9 # two checkouts share the cache
    copy_openssl_headers
    if [ "${1:-}" = debian ] || ! by_rustup; then prepare_debian; fi
  ) 9>"$cache/lock"
  if [ "${1:-}" = debian ] || ! has_targets; then use_debian; fi
  say "with $(rustc --version)"
  local target
  for target in "${targets[@]}"; do check "$target"; done
}

check() {
  local begin=$SECONDS
  export "CC_${1//-/_}=$clang"
  OPENSSL_NO_VENDOR=1 OPENSSL_STATIC=1 OPENSSL_DIR="$cache/openssl" LIBSQLITE3_SYS_USE_PKG_CONFIG=1 \
    SQLITE3_LIB_DIR="$cache" \
    cargo clippy --workspace --all-targets --locked --target "$1" -- -D warnings ||
    fail "$1: see above"
  say "$1: $((SECONDS - begin)) s"
}

# Nothing is linked, so the headers are enough; SQLite needs none.
copy_openssl_headers() {
  local fresh="$cache/openssl.new" multiarch
  multiarch=$(cc -print-multiarch)
  rm -rf "$fresh"
  mkdir -p "$fresh/include" "$fresh/lib"
  cp -r /usr/include/openssl "$fresh/include/"
  cp "/usr/include/$multiarch/openssl/"* "$fresh/include/openssl/"
  # Left alone when nothing has changed, or everything would be checked again.
  if diff -rq "$fresh" "$cache/openssl" >/dev/null 2>&1; then
    rm -rf "$fresh"
  else
    rm -rf "$cache/openssl"
    mv "$fresh" "$cache/openssl"
  fi
}

by_rustup() {
  has_targets && return
  command -v rustup >/dev/null || return
  say "adding the standard libraries with rustup"
  timeout 600 rustup target add "${targets[@]}" && has_targets
}

has_targets() {
  local target libraries
  libraries=$(rustc --print sysroot 2>/dev/null)/lib/rustlib || return
  for target in "${targets[@]}"; do
    compgen -G "$libraries/$target/lib/libstd-*" >/dev/null || return
  done
}

use_debian() {
  root="$(debian_folder)/usr"
  export PATH="$root/bin:$PATH" LD_LIBRARY_PATH="$root/lib/x86_64-linux-gnu:$root/lib"
}

debian_folder() { echo "$cache/debian-$(debian_version)"; }
debian_version() { apt-cache policy rustc-web | sed -n 's/^ *Candidate: //p'; }
debian_minor() { debian_version | cut -d. -f1,2; }

prepare_debian() {
  debian_version | grep -q '^[0-9]' || fail "neither rustup nor Debian's rustc-web can be had here; is there a network?"
  local packages
  # What the unpacked programs are linked with. They themselves stay out of /usr: they exclude rustup's package.
  mapfile -t packages < <(apt-cache depends rustc-web cargo-web rust-web-clippy "libstd-rust-web-$(debian_minor)" |
    sed -n 's/^ *Depends: \(lib.*\)/\1/p' | grep -v '^libstd-rust' | sort -u)
  # And what names Windows' libraries to the compiler while it makes the standard library.
  packages+=(binutils-mingw-w64-x86-64)
  installer/dev/setup.sh packages "${packages[@]}"
  [ -d "$(debian_folder)" ] || unpack_debian
  use_debian
  local target
  for target in "${targets[@]}"; do make_standard_library "$target"; done
}

# A subshell, so that its trap ends with it.
unpack_debian() (
  version=$(debian_version)
  say "unpacking Debian's compiler $version into $cache"
  work=$(mktemp -d -p "$cache")
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/debs" "$work/root"
  # apt's sandbox user cannot write into a private folder, and apt would warn about that.
  (cd "$work/debs" && apt-get -qq -o APT::Sandbox::User=root download \
    rustc-web="$version" cargo-web="$version" rust-web-clippy="$version" rust-web-src="$version" \
    libstd-rust-web-dev="$version" "libstd-rust-web-$(debian_minor)=$version")
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
  rm -rf "$work"/root/usr/src/rustc-*/{compiler,src} # the library's source is enough
  rm -rf "$cache"/debian-*                            # and one version
  mv "$work/root" "$(debian_folder)"
)

# All of it is compiled, and its metadata kept: a check reads nothing else.
make_standard_library() (
  library="$root/lib/rustlib/$1/lib"
  [ ! -e "$library/complete" ] || exit 0
  begin=$SECONDS
  work=$(mktemp -d -p "$cache")
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/src"
  touch "$work/src/lib.rs"
  printf '[package]\nname = "nothing"\nedition = "2024"\n[workspace]\n' >"$work/Cargo.toml"
  # Building the standard library is an unfinished option of cargo's; only these few lines ask for it.
  RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" cargo check --quiet --manifest-path "$work/Cargo.toml" \
    -Zbuild-std=std,panic_unwind,proc_macro,test --target "$1"
  rm -rf "$library"
  mkdir -p "$library"
  cp "$work/target/$1"/debug/deps/*.rmeta "$library"
  rm "$library"/libnothing-*
  touch "$library/complete"
  say "standard library for $1: $((SECONDS - begin)) s"
)

say() { echo "cross: $*"; }
fail() { echo "cross: $*" >&2; exit 1; }

main "$@"
