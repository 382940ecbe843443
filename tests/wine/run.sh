#!/usr/bin/env bash
# Runs a Windows program under Wine, in a Windows of its own that goes away with it: cargo's runner for test programs.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d -t ankong-wine-XXXXXX)
export WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" LC_ALL=C.UTF-8
export WINEDLLPATH="$WINEPREFIX/wine32"
trap '/usr/lib/wine/wineserver --kill 2>/dev/null || true; rm -rf "$work"' EXIT

"$here/prefix.sh" "$WINEPREFIX"
status=0
/usr/lib/wine/wine64 "$@" || status=$?
exit "$status"
