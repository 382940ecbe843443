#!/usr/bin/env bash
# Makes the installer from what build.sh built: target/windows/ankong-setup-VERSION-x64.exe. `package.sh wide` makes the
# 64-bit one that Wine can run. With a certificate (sign.sh says how it is given) programs, uninstaller and installer
# are signed; without one nothing is, and that is said.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=$PWD/target
[ -z "${CARGO_TARGET_DIR:-}" ] || target=$(realpath "$CARGO_TARGET_DIR")
programs="$target/windows/${PROFILE:-release}"
version=$(sed -n '/^\[workspace.package\]$/,/^$/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
largest=8000000 # bytes

main() {
  local flags=() out="$target/windows/ankong-setup-$version-x64.exe"
  if [ "${1:-}" = wide ]; then
    flags+=(-DWIDE)
    out="$target/windows/ankong-setup-$version-wide.exe"
  fi
  if [ -n "${ANKONG_SIGN_PKCS12:-}" ]; then
    flags+=("-DSIGN=$PWD/installer/windows/sign.sh")
    for program in ankong ankong-window ankong-module32; do installer/windows/sign.sh "$programs/$program.exe"; done
  else
    echo "package: no certificate given, so nothing is signed"
  fi
  rm -f "$target"/windows/ankong-setup-*"${out##*-}" # of versions before
  makensis -V2 -INPUTCHARSET UTF8 -DVERSION="$version" -DPROGRAMS="$programs" -DOUT="$out" "${flags[@]}" \
    installer/windows/ankong.nsi
  local size
  size=$(stat -c %s "$out")
  [ "${PROFILE:-release}" != release ] || [ "$size" -le "$largest" ] || fail "$out has $size bytes, more than $largest"
  echo "package: $out, $size bytes"
}

fail() { echo "package: $*" >&2; exit 1; }

main "$@"
