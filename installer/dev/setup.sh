#!/usr/bin/env bash
# Brings what `make demo` and `make test` need to a Debian 12 machine; `setup.sh ci` also what `make lint` needs, `setup.sh bench`
# what `make bench` asks and compares with, `setup.sh deb` what `make deb` packs and tries with,
# `setup.sh windows` what `make windows` and `make test-windows` need.
# `setup.sh packages NAME...` brings these packages alone.
# Asks dpkg first and says nothing when all is there, so it can run before every build.
# What tests need from PyPI goes into an environment of its own in the cache folder.
# What this does not do: start or configure anything. The virtual reader's driver and nginx are only unpacked into a cache folder:
# installing the one would give virtual readers to the system's own pcscd, installing the other would start a web server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

build_packages=(build-essential pkg-config ca-certificates curl git
  libssl-dev libpcsclite-dev libdbus-1-dev libgtk-3-dev libwebkit2gtk-4.1-dev
  libclang1-14 libclang-common-14-dev) # for the headers of the PIV card that witnesses ours
run_packages=(bsdutils pcscd libccid opensc opensc-pkcs11 softhsm2 umockdev gir1.2-umockdev-1.0 dbus at-spi2-core python3-gi gir1.2-atspi-2.0 xvfb openbox xdotool xfce4-panel xfconf systemd adwaita-icon-theme
  pinentry-curses pinentry-gtk2 pinentry-qt
  imagemagick fonts-noto-cjk
  chromium chromium-sandbox chromium-driver firefox-esr libnss3-tools python3 python3-venv)
ci_packages=(shellcheck libxml2-utils desktop-file-utils appstream)
deb_packages=(dpkg-dev lintian mmdebstrap)
bench_packages=(wrk ausweisapp2)
windows_packages=(gcc-mingw-w64-x86-64 gcc-mingw-w64-i686 locales perl nsis osslsigncode wine64 wine64-tools libwine-dev)
cargo_deny_version=0.20.2
cache="${XDG_CACHE_HOME:-$HOME/.cache}/ankong"
vpcd="$cache/vpcd"
pypi="$cache/pypi"
nginx="$cache/nginx"
wine32="$cache/wine32"
apt="apt-get -o DPkg::Lock::Timeout=300"
PATH="$PATH:$HOME/.cargo/bin"

main() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || explain_other_system
  case "${1:-}" in
    "" | ci | bench | windows | deb) ;;
    packages) shift; install_packages "$@"; return ;;
    *) fail "usage: installer/dev/setup.sh [ci | bench | windows | deb | packages NAME...]" ;;
  esac
  install_missing "${1:-}"
  unpack_vpcd
  install_node_modules client
  install_node_modules tests/browsers
  make_pypi
  if [ "${1:-}" = ci ]; then
    install_packages "${ci_packages[@]}"
    install_node_modules installer/check
    install_cargo_deny
  fi
  if [ "${1:-}" = deb ]; then install_packages "${deb_packages[@]}"; fi
  if [ "${1:-}" = windows ]; then
    install_packages "${windows_packages[@]}"
    unpack_wine32
  fi
  if [ "${1:-}" = bench ]; then
    install_packages "${bench_packages[@]}"
    unpack_nginx
  fi
}

install_missing() {
  local wanted=("${build_packages[@]}" "${run_packages[@]}")
  # Node from another source is as good as Debian's, and the two packages exclude each other.
  command -v node >/dev/null || wanted+=(nodejs)
  command -v npm >/dev/null || wanted+=(npm)
  if ! recent_cargo; then
    explain_rust_unless_packaged
    wanted+=(rustc-web cargo-web)
  fi
  if [ "$1" = ci ] && ! command -v rustup >/dev/null; then
    wanted+=(rustfmt-web rust-web-clippy)
  fi
  install_packages "${wanted[@]}"
}

install_packages() {
  local missing
  mapfile -t missing < <(not_installed "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${#missing[@]} packages"
  as_root "$apt -qq update && $apt install -y --no-install-recommends ${missing[*]}"
}

not_installed() {
  local installed package
  # dpkg-query fails as soon as one name is unknown to it; the known ones are still printed.
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qxF "installed $package" <<<"$installed" || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    DEBIAN_FRONTEND=noninteractive sh -c "$1"
  elif command -v sudo >/dev/null; then
    sudo DEBIAN_FRONTEND=noninteractive sh -c "$1"
  else
    fail "neither root nor sudo here; run this as root, then try again:
  $1"
  fi
}

recent_cargo() {
  local have
  have=$(cargo --version 2>/dev/null | cut -d' ' -f2) || return 1
  [ "$(printf '%s\n%s\n' "$(rust_version)" "$have" | sort -V | head -n 1)" = "$(rust_version)" ]
}

explain_rust_unless_packaged() {
  if command -v rustup >/dev/null; then
    fail "Rust $(rust_version) or newer is needed: run \`rustup toolchain install stable && rustup default stable\`"
  fi
  if ! { grep -qx 'ID=debian' /etc/os-release && grep -qx 'VERSION_CODENAME=bookworm' /etc/os-release; }; then
    fail "Rust $(rust_version) or newer is needed: install it from https://rustup.rs, then run this again"
  fi
}

# A subshell, so that its trap ends with it.
unpack_vpcd() (
  [ ! -e "$vpcd/libifdvpcd.so" ] || exit 0
  say "fetching the virtual reader's driver into $vpcd"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  download vsmartcard-vpcd "$work"
  dpkg-deb -x "$work"/vsmartcard-vpcd_*.deb "$work/unpacked"
  mkdir -p "$vpcd"
  # Renamed into place at the end: a run cut short leaves no half driver behind.
  cp "$work"/unpacked/usr/lib/pcsc/drivers/serial/libifdvpcd.so.*.* "$vpcd/libifdvpcd.so.new"
  mv "$vpcd/libifdvpcd.so.new" "$vpcd/libifdvpcd.so"
)

unpack_nginx() (
  [ ! -e "$nginx/usr/sbin/nginx" ] || exit 0
  say "fetching nginx into $nginx"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  download nginx "$work"
  dpkg-deb -x "$work"/nginx_*.deb "$work/unpacked"
  mkdir -p "$cache"
  rm -rf "$nginx"
  mv "$work/unpacked" "$nginx"
)

# What a small 32-bit program loads of Wine, in the version that is installed; Wine's 64-bit half runs it. Only unpacked:
# installing it would make this a machine of two architectures.
unpack_wine32() (
  version=$(dpkg-query -W -f='${Version}' libwine)
  if [ "$(cat "$wine32/version" 2>/dev/null)" = "$version" ]; then exit 0; fi
  say "fetching Wine's 32-bit libraries into $wine32"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work/lists/partial" "$work/unpacked"
  mirror=$(apt-get download --print-uris libwine | sed -n "s|^'\(.*\)/pool/.*|\1|p")
  echo "deb [arch=i386 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >"$work/sources"
  # Lists of its own: the machine's stay as they are.
  own=(-o "Dir::State::Lists=$work/lists" -o "Dir::Etc::SourceList=$work/sources" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=" -o APT::Architectures::=i386 -o APT::Sandbox::User=root)
  cd "$work"
  apt-get -qq "${own[@]}" update && apt-get -qq "${own[@]}" download "libwine:i386=$version" ||
    fail "the package libwine:i386 $version cannot be downloaded; is there a network?"
  libraries=({ntdll,kernel32,kernelbase,advapi32,sechost,msvcrt,ucrtbase}.dll)
  dpkg-deb --fsys-tarfile libwine_*.deb | tar -x -C unpacked --strip-components=5 \
    "${libraries[@]/#/./usr/lib/i386-linux-gnu/wine/i386-windows/}"
  echo "$version" >unpacked/version
  mkdir -p "$cache"
  rm -rf "$wine32"
  mv unpacked "$wine32"
)

download() {
  download_once "$@" && return
  # The package lists may have been cleaned away, as container images do.
  as_root "$apt -qq update"
  download_once "$@" || fail "the package $1 cannot be downloaded; is there a network?"
}

download_once() {
  # apt's sandbox user cannot write into a private folder, and apt would warn about that.
  (cd "$2" && apt-get -qq -o APT::Sandbox::User=root download "$1")
}

# What tests need from npm, once for each lock file; checkouts share it.
install_node_modules() (
  folder=$1
  modules="${XDG_CACHE_HOME:-$HOME/.cache}/ankong/node/$(sha256sum "$folder/package-lock.json" | cut -c1-16)"
  if [ ! -e "$modules" ]; then
    say "fetching the npm packages of $folder into $modules"
    mkdir -p "$(dirname "$modules")"
    work=$(mktemp -d -p "$(dirname "$modules")")
    trap 'rm -rf "$work"' EXIT
    chmod 755 "$work"
    cp "$folder/package.json" "$folder/package-lock.json" "$work"
    npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund --silent ||
      fail "the npm packages of $folder cannot be fetched; is there a network?"
    # Renamed into place at the end: a run cut short leaves no half of it behind.
    mv "$work" "$modules"
  fi
  ln -sfn "$modules/node_modules" "$folder/node_modules"
)

# Complete when the list lies beside it; made anew when the list has changed.
make_pypi() {
  local list=installer/dev/python.txt
  if cmp -s "$list" "$pypi/python.txt"; then return 0; fi
  say "installing what tests need from PyPI into $pypi"
  rm -rf "$pypi" # an environment knows its own path, so it is made where it stays
  /usr/bin/python3 -m venv "$pypi"
  "$pypi/bin/pip" install --quiet --disable-pip-version-check --requirement "$list"
  cp "$list" "$pypi/python.txt"
}

install_cargo_deny() {
  if [ "$(cargo deny --version 2>/dev/null)" = "cargo-deny $cargo_deny_version" ]; then return 0; fi
  say "building cargo-deny $cargo_deny_version, once"
  cargo install cargo-deny --version "$cargo_deny_version" --locked --debug --quiet
}

explain_other_system() {
  fail "this script knows apt only. Needed here: a C compiler, pkg-config, OpenSSL 3, PC/SC, D-Bus, GTK 3 and WebKitGTK 4.1
with their headers; pcscd with the vpcd driver, Xvfb, openbox, xdotool, ImageMagick, a CJK font, Chromium with chromedriver, Firefox
ESR, NSS certutil, Python 3 with venv, OpenSC, SoftHSM 2, Node 18 or newer with npm, and Rust $(rust_version) or newer."
}

rust_version() { sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1; }
say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

main "$@"
