#!/usr/bin/python3
"""Reads the consent window and presses its buttons as a screen reader would, over AT-SPI.

    consent.py read            waits for the window; one line a thing: role, name, description, states
    consent.py read-page       the same of a page without a question, down to what has to be scrolled to
    consent.py ready           waits until keys and buttons count
    consent.py press NAME      presses the button or ticks the box of this name, or chooses the card, once it can be
    consent.py read-cards      the cards to choose from, one a line
    consent.py field           what the PIN field shows
    consent.py content         the text to be signed, or the hash of bytes that are none

It needs python3-gi and gir1.2-atspi-2.0, and the DISPLAY and DBUS_SESSION_BUS_ADDRESS of the window. It cannot type the
PIN, and nothing on this way can: the field has no editable text, only keys. `xdotool type` types it.
"""

import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

PATIENCE = 60  # seconds
STATES = ("FOCUSED", "ENABLED", "CHECKED")


def main(arguments):
    match arguments:
        case ["read"]:
            field()
            for thing in everything(window()):
                if line := described(thing):
                    print(line)
        case ["read-page"]:
            wait_for(is_ready, "page")
            for thing in everything(Atspi.get_desktop(0)):
                if line := described(thing, Atspi.StateType.VISIBLE):
                    print(line)
        case ["read-cards"]:
            window()
            for choice in all_of("radio button"):
                print(choice.get_name())
        case ["ready"]:
            wait_for(stays_ready, "window that takes keys")
        case ["press", name]:
            pressed = wait_for(lambda: pressable(name), f"button {name!r} that can be pressed")
            pressed.do_action(0)
        case ["field"]:
            print(whole(field()))
        case ["content"]:
            print(wait_for(lambda: whole(found("document frame") or found("article")), "content"))
        case _:
            sys.exit(__doc__)


def window():
    return wait_for(lambda: found("dialog") or found("alert"), "consent window")


def is_ready():
    pages = [page for role in ("dialog", "alert", "landmark") for page in all_of(role)]
    return pages and not any(page.get_state_set().contains(Atspi.StateType.BUSY) for page in pages)


def stays_ready():
    # A window manager may give it the keyboard a second time, from when on it waits again.
    if not is_ready():
        return False
    time.sleep(0.4)
    return is_ready()


def field():
    return wait_for(lambda: found("password text"), "PIN field")


def whole(thing):
    return thing and Atspi.Text.get_text(thing, 0, Atspi.Text.get_character_count(thing))


def pressable(name):
    roles = ("push button", "toggle button", "check box", "radio button")
    thing = next((thing for role in roles if (thing := found(role, name))), None)
    return thing if thing and thing.get_state_set().contains(Atspi.StateType.ENABLED) else None


def found(role, name=None):
    return next(all_of(role, name), None)


def all_of(role, name=None):
    for application in children(Atspi.get_desktop(0)):
        for thing in everything(application):
            right = thing.get_role_name() == role and (name is None or thing.get_name() == name)
            if right and thing.get_state_set().contains(Atspi.StateType.SHOWING):
                yield thing


def everything(thing):
    yield thing
    for child in children(thing):
        yield from everything(child)


def children(thing):
    for index in range(thing.get_child_count()):
        if child := thing.get_child_at_index(index):
            yield child


def described(thing, wanted=Atspi.StateType.SHOWING):
    states = thing.get_state_set()
    shown = states.contains(wanted)
    texts = [thing.get_name(), thing.get_description()]
    if not shown or not any(texts):
        return None
    states = [state.lower() for state in STATES if states.contains(getattr(Atspi.StateType, state))]
    return " | ".join([thing.get_role_name(), *texts, " ".join(states)])


def wait_for(look, what):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        # A window that is being built or torn down answers with errors.
        try:
            if answer := look():
                return answer
        except gi.repository.GLib.Error:
            pass
        time.sleep(0.1)
    sys.exit(f"no {what} within {PATIENCE} s")


main(sys.argv[1:])
