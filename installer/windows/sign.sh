#!/usr/bin/env bash
# Signs one file for Authenticode, in place: sign.sh FILE. The certificate and its key come from the PKCS#12 file that
# ANKONG_SIGN_PKCS12 names, its password from the file ANKONG_SIGN_PASSWORD_FILE, and the time from the server
# ANKONG_SIGN_TIMESTAMP, where one is named. A file that is signed already stays as it is.
set -euo pipefail

file=$1
if osslsigncode verify -in "$file" 2>&1 | grep -q '^Message digest'; then exit 0; fi
timestamp=()
[ -z "${ANKONG_SIGN_TIMESTAMP:-}" ] || timestamp=(-ts "$ANKONG_SIGN_TIMESTAMP")
osslsigncode sign -pkcs12 "$ANKONG_SIGN_PKCS12" -readpass "$ANKONG_SIGN_PASSWORD_FILE" -h sha256 -n Ankong \
  "${timestamp[@]}" -in "$file" -out "$file.signed" >/dev/null
chmod --reference="$file" "$file.signed"
mv "$file.signed" "$file"
