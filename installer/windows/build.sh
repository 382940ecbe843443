#!/usr/bin/env bash
# Builds the programs for Windows on Debian, into target/windows: `make windows`. docs/building.md says what that shows.
# `build.sh debug` builds them as tests do. What this does not do: sign or package them; package.sh does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=x86_64-pc-windows-gnu
profile=${1:-release}
built="${CARGO_TARGET_DIR:-target}/$target/$profile"
out="${CARGO_TARGET_DIR:-target}/windows/$profile"
# Of the 32-bit programs, of which there is one: it holds modules of that kind.
target32=i686-pc-windows-gnu
programs=(ankong.exe ankong-window.exe virtual-card.exe)
largest_resident=7000000 # bytes

main() {
  installer/dev/setup.sh windows
  prepare
  local release=()
  [ "$profile" = debug ] || release=(--release)
  cargo build --locked --target "$target" "${release[@]}" --bins -p ankong -p ankong-window -p virtual-card
  mkdir -p "$out"
  local program
  for program in "${programs[@]}"; do
    cp "$built/$program" "$out/"
    # Releases are without symbols already; packing those of a debug build takes minutes.
    x86_64-w64-mingw32-strip "$out/$program"
    check "$out/$program"
  done
  # Without optimisation it would want Winsock, which Wine lacks for such programs.
  cargo build --locked --target "$target32" --release --bins -p ankong-module
  cp "${CARGO_TARGET_DIR:-target}/$target32/release/ankong-module32.exe" "$out/"
  i686-w64-mingw32-strip "$out/ankong-module32.exe"
  check "$out/ankong-module32.exe"
  # wry's import library wants it beside the window; nothing else does.
  cp "$(find "$built/build" -path '*/webview2-com-sys-*/out/x64/WebView2Loader.dll' | tail -n 1)" "$out/"
  check_resident "$out/ankong.exe"
  ls -l "$out"
}

prepare() {
  local each
  for each in "$target" "$target32"; do
    rustup target list --installed 2>/dev/null | grep -qx "$each" || rustup target add "$each" ||
      fail "rustup is needed here: Debian's own compiler has no library for $each that can be linked"
  done
  OPENSSL_DIR=$(installer/windows/openssl.sh)
  export OPENSSL_DIR OPENSSL_STATIC=1 OPENSSL_NO_VENDOR=1
  # libgcc inside the programs.
  export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="-C target-feature=+crt-static"
  export CARGO_TARGET_I686_PC_WINDOWS_GNU_RUSTFLAGS="-C target-feature=+crt-static"
}

# What a computer without our build tools would miss.
check() {
  local imports
  imports=$(x86_64-w64-mingw32-objdump -p "$1" | sed -n 's/^\tDLL Name: //p')
  if grep -iE 'libgcc|libwinpthread|libstdc|libssl|libcrypto' <<<"$imports"; then
    fail "$1 needs the libraries above, which Windows does not have"
  fi
  grep -aq 'Microsoft.Windows.Common-Controls' "$1" || fail "$1 has no manifest"
}

check_resident() {
  local imports size
  imports=$(x86_64-w64-mingw32-objdump -p "$1")
  if grep -qi 'WebView2Loader' <<<"$imports"; then fail "$1 needs the web view's library"; fi
  grep -q '^Subsystem.*Windows GUI' <<<"$imports" || fail "$1 would open a console window"
  size=$(stat -c %s "$1")
  [ "$profile" = debug ] || [ "$size" -le "$largest_resident" ] || fail "$1 has $size bytes, more than $largest_resident"
}

fail() { echo "windows: $*" >&2; exit 1; }

main
