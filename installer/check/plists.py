"""Holds the property lists of the Mac's package to what macOS reads from them, and to the rest of the project."""

import plistlib
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

MACOS = Path("installer/macos")


def main() -> None:
    application = plist("Contents/Info.plist")
    identifier = application["CFBundleIdentifier"]
    same("a program of the menu bar", application["LSUIElement"], True)
    same("the executable", application["CFBundleExecutable"], "ankong")
    for key in ("CFBundleShortVersionString", "CFBundleVersion"):
        same(key, application[key], "@VERSION@")
    for language in application["CFBundleLocalizations"]:
        for name in (f"Contents/Resources/{language}.lproj/InfoPlist.strings", f"pages/{language}.lproj/Localizable.strings"):
            same(name, bool(re.fullmatch(r'("\w+" = "[^"]+";\n)+', (MACOS / name).read_text("utf-8"))), True)

    agent = plist("agent.plist")
    same("what the agent starts", agent["ProgramArguments"], ["@PROGRAM@", "serve"])
    same("started again after a crash alone", agent["KeepAlive"], {"SuccessfulExit": False})
    for script in ("scripts/preinstall", "scripts/postinstall", "uninstall.sh"):
        same(f"{script} names the agent", agent["Label"] in (MACOS / script).read_text(), True)
    same("the agent the program writes", agent["Label"] in Path("src/autostart/macos.rs").read_text(), True)

    # The hardened runtime is weakened where modules of others are loaded, and nowhere else.
    same("entitlements", sorted(plist("entitlements.plist")),
         ["com.apple.security.cs.disable-library-validation", "com.apple.security.smartcard"])
    same("entitlements of the window", plist("window.entitlements.plist"), {})

    distribution = ElementTree.parse(MACOS / "Distribution.xml").getroot()
    package = distribution.find("pkg-ref[@version]")
    same("the package", (package.get("id"), package.text), (identifier, "component.pkg"))
    same("the oldest macOS", distribution.find(".//os-version").get("min"), application["LSMinimumSystemVersion"])
    same("kinds of processor", distribution.find("options").get("hostArchitectures"), "arm64,x86_64")
    for page in ("welcome", "conclusion"):
        for language in application["CFBundleLocalizations"]:
            file = MACOS / f"pages/{language}.lproj" / distribution.find(page).get("file")
            same(f"{file} says its language", f'lang="{language}"' in file.read_text("utf-8"), True)


def plist(name: str) -> dict:
    with open(MACOS / name, "rb") as file:
        return plistlib.load(file)


def same(what: str, found: object, expected: object) -> None:
    if found != expected:
        sys.exit(f"plists: {what}: {found!r}, not {expected!r}")


main()
