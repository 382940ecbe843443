#!/usr/bin/env bash
# Installs the packages on a Debian 12 that has nothing else, uses them, removes them, and looks for what is left.
#   installer/linux/try.sh DIRECTORY           with ankong_*.deb and ankong-window_*.deb
# Needs root (a chroot) and the package mmdebstrap.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside
set -euo pipefail

packages=$(cd "$1" && pwd)
work=$(mktemp -d)
root=$work/debian
trap 'finish' EXIT

main() {
  say "a fresh Debian 12"
  mmdebstrap --quiet --variant=minbase --include=ca-certificates --skip=check/empty bookworm "$root" >"$work/log" 2>&1 ||
    { tail -n 20 "$work/log"; fail "mmdebstrap"; }
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  mount --bind /dev "$root/dev"
  mount --bind /dev/pts "$root/dev/pts"
  mount -t proc proc "$root/proc"
  cp "$packages"/ankong_*.deb "$packages"/ankong-window_*.deb "$root/root/"
  inside 'apt-get -qq update && useradd --create-home --shell /bin/bash lin'
  everything >"$work/before"

  say "the resident program alone: no toolkit comes with it"
  apt --no-install-recommends /root/ankong_*.deb
  installed 'libgtk-3-0|libwebkit2gtk.*|ankong-window' && fail "a toolkit came with the resident program"
  as_user 'ankong selftest'
  leaves_nothing_in_home

  say "browsers' stores, made by the package's own certutil"
  apt --no-install-recommends libnss3-tools
  stores
  for store in "${trusted[@]}"; do
    as_user "certutil -L -d sql:\$HOME/$store | grep -q 'Ankong localhost'" || fail "not trusted in $store"
  done

  say "without a tray, asked as a page asks"
  as_user 'ankong serve --headless --port 0 >~/out 2>&1 & echo $! >~/pid
    for _ in $(seq 300); do grep -q https:// ~/out && break; sleep 0.1; done; cat ~/out
    ankong status'
  # Any free port: the chroot has the network of the machine, whose own program may hold 24443.
  door=$(as_user 'grep -o "https://localhost:[0-9]*" ~/out')
  apt --no-install-recommends curl
  status https://id.taipei 200
  status https://nobody.example 403
  as_user 'kill $(cat ~/pid); while kill -0 $(cat ~/pid) 2>/dev/null; do sleep 0.1; done; rm ~/pid ~/out
    ankong trust remove --everything && test ! -e ~/.local/share/ankong/localhost'
  for store in "${trusted[@]}"; do
    as_user "certutil -L -d sql:\$HOME/$store | grep 'Ankong localhost'" && fail "still trusted in $store"
  done

  say "the window, and what it needs"
  apt --no-install-recommends /root/ankong-window_*.deb
  inside 'test -x /usr/bin/ankong-window && ! ldd /usr/bin/ankong-window | grep "not found"'
  inside 'ldd /usr/bin/ankong | grep -E "libgtk|libwebkit|libgdk"' && fail "the resident program links a toolkit"

  say "removed: the entry for the login stays, as Debian keeps configuration, and starts nothing"
  inside 'apt-get -qq remove -y ankong ankong-window >/dev/null'
  inside 'test -e /etc/xdg/autostart/ankong.desktop && ! command -v "$(sed -n s/^TryExec=//p /etc/xdg/autostart/ankong.desktop)"' ||
    fail "the entry for the login"

  # What lies in people's homes is theirs: no package reaches there.
  say "purged: nothing is left"
  inside 'apt-get -qq purge -y ankong ankong-window >/dev/null && dpkg --purge libnss3-tools curl >/dev/null'
  left=$(everything | comm -13 "$work/before" - | grep -i ankong || true)
  [ -z "$left" ] || fail "left behind: $left"
  say "ok"
}

# A new Firefox profile is one with a data base; snaps and flatpaks keep theirs elsewhere.
stores() {
  local profiles=(.mozilla/firefox/a.default snap/firefox/common/.mozilla/firefox/b.default
    .var/app/org.mozilla.firefox/.mozilla/firefox/c.default)
  local homes=(snap/chromium/current .var/app/com.google.Chrome)
  trusted=(.pki/nssdb "${profiles[@]}" snap/chromium/current/.pki/nssdb .var/app/com.google.Chrome/.pki/nssdb)
  local folder
  for folder in "${profiles[@]}"; do
    as_user "mkdir -p ~/$folder && certutil -N --empty-password -d sql:\$HOME/$folder"
  done
  for folder in "${homes[@]}"; do as_user "mkdir -p ~/$folder"; done
  as_user 'ankong trust install && ankong trust status'
}

# What the door answers a page of this origin. The root is that of the user.
status() {
  local code
  code=$(as_user "curl --silent --output /dev/null --write-out '%{http_code}' --cacert ~/.local/share/ankong/localhost/root.pem \
    --header 'Origin: $1' $door/v1/status")
  [ "$code" = "$2" ] || fail "a page of $1 gets $code, not $2"
}

leaves_nothing_in_home() {
  local files
  files=$(inside 'find /home/lin -newer /root/mark -type f; ls /tmp')
  [ -z "$files" ] || fail "selftest leaves $files"
}

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive bash -c "$1"; }
as_user() { inside "touch /root/mark; cd /home/lin && exec setpriv --reuid lin --regid lin --init-groups env HOME=/home/lin XDG_RUNTIME_DIR= bash -c $(printf %q "$1")"; }
apt() { inside "apt-get -qq install -y $* >/root/apt.log 2>&1 || { cat /root/apt.log; exit 1; }"; }
installed() { inside "dpkg-query -W -f='\${db:Status-Status} \${Package}\n' | grep -xE 'installed ($1)'"; }
everything() { (cd "$root" && find . -xdev -path ./proc -prune -o -path ./dev -prune -o -path ./root -prune -o -path ./home -prune -o -path ./var/log -prune -o -print | LC_ALL=C sort); }
say() { echo "try: $*"; }
fail() { echo "try: failed: $*" >&2; exit 1; }
finish() {
  umount "$root/dev/pts" "$root/dev" "$root/proc" 2>/dev/null || true
  rm -rf --one-file-system "$work"
}

main
