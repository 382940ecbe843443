#!/usr/bin/env bash
# Makes two packages, from programs that are built already: `ankong`, which links neither GTK nor WebKit, and `ankong-window`.
#   installer/linux/deb.sh PROGRAMS OUT        such as target/release dist
# Debian's own tools alone: dpkg-shlibdeps reads what the programs need, so the packages fit the release they are made on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

programs=$1
out=$2
files=installer/linux/files
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
architecture=$(dpkg --print-architecture)
# Archives of the same programs are the same bytes: the date is that of the last change.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.toml)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

main() {
  mkdir -p "$out"
  resident
  window
}

resident() {
  local root=$work/ankong
  program ankong
  place "$root" 644 "$files/ankong.desktop" usr/share/applications/ankong.desktop
  place "$root" 644 "$files/autostart.desktop" etc/xdg/autostart/ankong.desktop
  place "$root" 644 "$files/ankong-headless.service" usr/lib/systemd/user/ankong-headless.service
  place "$root" 644 "$files/tw.ankong.ankong.metainfo.xml" usr/share/metainfo/tw.ankong.ankong.metainfo.xml
  place "$root" 644 assets/icons/ankong.svg usr/share/icons/hicolor/scalable/apps/ankong.svg
  mkdir -p "$root/DEBIAN"
  echo /etc/xdg/autostart/ankong.desktop >"$root/DEBIAN/conffiles"
  finish ankong "$(needs ankong), pcscd" "Recommends: ankong-window (= $version), libccid, libnss3-tools, xdg-utils
Suggests: opensc-pkcs11" \
    "lets web pages ask, with consent, who somebody is by a smart card" \
    "A resident program in the tray: a page asks at https://localhost:24443, the person agrees and types the PIN in a window, and
 the smart card signs. This package links no toolkit; the window is in the package ankong-window."
}

window() {
  program ankong-window
  # The two talk in messages of one version.
  finish ankong-window "$(needs ankong-window), ankong (= $version)" "Recommends: fonts-noto-cjk" \
    "window of Ankong for consent and PIN" \
    "The window in which Ankong shows which site asks and for what, and takes the PIN; also its status, sites and settings.
 ankong starts it when somebody has to look."
}

# The program and its manual page.
program() {
  place "$work/$1" 755 "$programs/$1" "usr/bin/$1"
  place "$work/$1" 644 "$files/$1.1" "usr/share/man/man1/$1.1"
  gzip -9n "$work/$1/usr/share/man/man1/$1.1"
}

place() { install -D -m "$2" "$3" "$1/$4"; }

# The libraries a program needs, as Debian's packages with their versions.
needs() {
  mkdir -p "$work/source/debian"
  printf 'Source: ankong\n\nPackage: ankong\nArchitecture: any\n' >"$work/source/debian/control"
  local line
  line=$(cd "$work/source" && dpkg-shlibdeps -O --warnings=0 "$work/$1/usr/bin/$1")
  echo "${line#shlibs:Depends=}"
}

# Adds what every package has, and packs: name, dependencies, further fields, synopsis, description.
finish() {
  local root=$work/$1 documents=$work/$1/usr/share/doc/$1
  place "$root" 644 "$files/copyright" "usr/share/doc/$1/copyright"
  printf 'ankong (%s) bookworm; urgency=medium\n\n  * Version %s.\n\n -- %s  %s\n' "$version" "$version" \
    "$maintainer" "$(date -Ru -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$documents/changelog.gz"
  mkdir -p "$root/DEBIAN"
  cat >"$root/DEBIAN/control" <<CONTROL
Package: $1
Source: ankong
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
Section: utils
Priority: optional
Depends: $2
$3
Description: $4
 $(tr -d '\n' <<<"$5" | fold -s -w 75 | sed 's/ *$//; 1!s/^/ /')
CONTROL
  (cd "$root" && find . -type f -not -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
  dpkg-deb --root-owner-group -Zxz -z9 --build "$root" "$out/${1}_${version}_$architecture.deb" >/dev/null
}

# Whoever builds packages for others says where to write to.
maintainer=${ANKONG_MAINTAINER:-"the Ankong authors <ankong@localhost.localdomain>"}

main
