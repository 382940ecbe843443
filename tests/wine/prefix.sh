#!/usr/bin/env bash
# Gives a Windows of one's own: `prefix.sh FOLDER` makes the folder, a copy of one that is made once for each version of
# Wine and of the shims.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

cache="${XDG_CACHE_HOME:-$HOME/.cache}/ankong/cross"
# By setup.sh; whoever runs Wine names it in WINEDLLPATH, by the link in the folder.
wine32="${cache%/*}/wine32"
key=$({ /usr/lib/wine/wine64 --version; cat prefix.sh shims/* "$wine32/version"; } | sha256sum | cut -c1-16)
folder="$cache/wine-$key"

main() {
  mkdir -p "$cache"
  (
    flock 9 # two checkouts share the cache
    [ -e "$folder" ] || make_it >&2
    # Links cost nothing; but Wine writes its registry in place.
    cp -al "$folder" "$1"
    cp --remove-destination "$folder"/*.reg "$1"
  ) 9>"$cache/wine.lock"
}

# A subshell, so that its trap ends with it.
make_it() (
  echo "wine: making a Windows for tests, once"
  work=$(mktemp -d -p "$cache")
  trap 'rm -rf "$work"' EXIT
  export WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" LC_ALL=C.UTF-8
  unset DISPLAY
  wine wineboot --init
  # Chinese, where Windows' own fonts would have it.
  for font in "MS Shell Dlg" "MS Shell Dlg 2" Tahoma "Segoe UI" "Microsoft JhengHei" "Microsoft JhengHei UI"; do
    wine reg add 'HKCU\Software\Wine\Fonts\Replacements' /v "$font" /d 'Noto Sans CJK TC' /f
  done
  /usr/lib/wine/wineserver --kill || true
  /usr/lib/wine/wineserver --wait || true
  system="$WINEPREFIX/drive_c/windows/system32"
  # Removed first: what is there may be shared.
  rm -f "$system"/{winscard,iphlpapi,bcryptprimitives}.dll
  x86_64-w64-mingw32-gcc -shared -O2 -s -Wall -o "$system/bcryptprimitives.dll" shims/bcryptprimitives.c -lbcrypt
  for name in winscard iphlpapi; do
    /usr/lib/wine/winegcc -m64 -shared -O2 -Wall -o "$work/$name.dll.so" "shims/$name.spec" "shims/$name.c" -ldl
    cp "$work/$name.dll.so" "$system/$name.dll"
  done
  mkdir -p "$system/../syswow64"
  cp "$wine32"/i386-windows/*.dll "$system/../syswow64/"
  ln -s "$wine32" "$WINEPREFIX/wine32"
  rm -rf "$cache"/wine-* # one version
  # Renamed into place at the end: a run cut short leaves no half of it behind.
  mv "$WINEPREFIX" "$folder"
)

wine() { /usr/lib/wine/wine64 "$@" >/dev/null 2>&1; }

main "$@"
