#!/usr/bin/env bash
# What can be said of packages and of the hosted CI without making or running them: scripts, property lists, XML, entries of desktops,
# the workflow. Fails with the first that is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

python="${XDG_CACHE_HOME:-$HOME/.cache}/ankong/pypi/bin"

shellcheck installer/{check,linux,macos,windows}/*.sh installer/macos/scripts/* tests/wine/*.sh
for script in installer/macos/scripts/* installer/macos/uninstall.sh; do sh -n "$script"; done

xmllint --noout --nonet installer/macos/Distribution.xml installer/macos/*.plist installer/macos/Contents/Info.plist
"$python/python" installer/check/plists.py

desktop-file-validate --no-hints installer/linux/files/*.desktop
appstreamcli validate --no-net --no-color installer/linux/files/*.metainfo.xml >/dev/null ||
  appstreamcli validate --no-net --no-color installer/linux/files/*.metainfo.xml

"$python/check-jsonschema" --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
node installer/check/workflow.mjs .github/workflows/*.yml
# An action is a commit: a tag can be moved to other code.
if grep -nE 'uses: +[^ @]+@([^0-9a-f]|.{0,39}( |$))' .github/workflows/*.yml; then
  echo "check: these actions are not pinned to a commit" >&2
  exit 1
fi
