#!/bin/bash
# Makes Ankong.app and Ankong-VERSION.pkg on a Mac, from programs that are built already for both kinds of processor.
#   installer/macos/pkg.sh TARGET OUT          such as target dist
# Signed with a Developer ID where APP_ID and INSTALLER_ID name the identities in the keychain; else for this Mac alone. Notarised where
# NOTARY_KEY (a file), NOTARY_KEY_ID and NOTARY_ISSUER are set as well.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=$1
out=$2
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
here=installer/macos
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
app=$root/Applications/Ankong.app
package=$out/Ankong-$version.pkg

main() {
  application
  icon
  sign_application
  make_package
  notarise
  echo "$package"
}

application() {
  mkdir -p "$app/Contents/MacOS" "$out"
  cp -R "$here/Contents/." "$app/Contents/"
  sed -i '' "s/@VERSION@/$version/" "$app/Contents/Info.plist"
  for program in ankong ankong-window; do
    lipo -create -output "$app/Contents/MacOS/$program" \
      "$target/aarch64-apple-darwin/release/$program" "$target/x86_64-apple-darwin/release/$program"
  done
  install -m 755 "$here/uninstall.sh" "$app/Contents/Resources/uninstall.sh"
  plutil -lint "$app/Contents/Info.plist"
}

# Sizes of an icon set: iconutil(1).
icon() {
  local set=$work/ankong.iconset size
  mkdir -p "$set"
  qlmanage -t -s 1024 -o "$work" assets/icons/ankong.svg >/dev/null
  for size in 16 32 128 256 512; do
    sips -z $size $size "$work/ankong.svg.png" --out "$set/icon_${size}x$size.png" >/dev/null
    sips -z $((size * 2)) $((size * 2)) "$work/ankong.svg.png" --out "$set/icon_${size}x$size@2x.png" >/dev/null
  done
  iconutil -c icns -o "$app/Contents/Resources/ankong.icns" "$set"
}

# From the inside out: the application's seal covers the window's.
sign_application() {
  local how=(--force --options runtime)
  if [ -n "${APP_ID:-}" ]; then how+=(--timestamp --sign "$APP_ID"); else how+=(--sign -); fi
  codesign "${how[@]}" --identifier tw.ankong.window --entitlements "$here/window.entitlements.plist" "$app/Contents/MacOS/ankong-window"
  codesign "${how[@]}" --entitlements "$here/entitlements.plist" "$app"
  codesign --verify --strict --deep --verbose=2 "$app"
}

make_package() {
  local pages=$work/pages
  cp -R "$here/pages" "$pages"
  # The licence page of every installer; the byte order mark is for Windows.
  sed $'1s/^\xef\xbb\xbf//' installer/license/zh-TW.txt >"$pages/zh-Hant.lproj/license.txt"
  cp installer/license/en.txt "$pages/en.lproj/license.txt"
  sed "s/@VERSION@/$version/" "$here/Distribution.xml" >"$work/Distribution.xml"
  # Where the person has moved the application, macOS would follow it; the start at login could not.
  pkgbuild --analyze --root "$root" "$work/components.plist" >/dev/null
  plutil -replace 0.BundleIsRelocatable -bool NO "$work/components.plist"
  pkgbuild --root "$root" --component-plist "$work/components.plist" --identifier tw.ankong.ankong --version "$version" \
    --scripts "$here/scripts" --ownership recommended "$work/component.pkg"
  local signature=()
  if [ -n "${INSTALLER_ID:-}" ]; then signature=(--sign "$INSTALLER_ID"); fi
  productbuild --distribution "$work/Distribution.xml" --resources "$pages" --package-path "$work" \
    ${signature[@]+"${signature[@]}"} "$package"
}

notarise() {
  if [ -z "${NOTARY_KEY:-}" ]; then return 0; fi
  xcrun notarytool submit "$package" --key "$NOTARY_KEY" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER" --wait
  xcrun stapler staple "$package"
  spctl --assess --type install --verbose=2 "$package"
}

main
