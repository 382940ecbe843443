#!/bin/sh
# Removes Ankong from this Mac: the program, and, for the person who runs this, the start at login, the trust in the certificate
# and the files. It lies inside the application:
#   sudo /Applications/Ankong.app/Contents/Resources/uninstall.sh [--keep-settings]
# Other users of this Mac run `ankong trust remove --everything` and `ankong autostart off` before, each for themselves: nobody
# else can open their keychain.
set -eu

program=/Applications/Ankong.app/Contents/MacOS/ankong
label=tw.ankong.agent

[ "$(id -u)" = 0 ] || { echo "uninstall: run this with sudo" >&2; exit 1; }
person=${SUDO_USER:-root}

for uid in $(ps -axo uid=,comm= | awk -v program="$program" '$2 == program { print $1 }' | sort -u); do
  launchctl bootout "gui/$uid/$label" 2>/dev/null || true
  # One that the person opened is not the agent's.
  launchctl asuser "$uid" sudo -u "#$uid" -H "$program" quit 2>/dev/null || true
done
if [ -x "$program" ] && [ "$person" != root ]; then
  as_person() { launchctl asuser "$(id -u "$person")" sudo -u "$person" -H "$@"; }
  as_person "$program" autostart off || true
  as_person "$program" trust remove --everything ||
    echo "uninstall: remove the certificate Ankong localhost in Keychain Access by hand" >&2
  if [ "${1:-}" != --keep-settings ]; then
    # shellcheck disable=SC2016 # HOME is that person's
    as_person /bin/sh -c 'rm -rf "$HOME/Library/Application Support/ankong"'
  fi
fi
rm -rf /Applications/Ankong.app
pkgutil --forget tw.ankong.ankong >/dev/null 2>&1 || true
echo "uninstall: Ankong is removed"
