"""A USB bus of umockdev's, for a pcscd that has UMOCKDEV_DIR: prints where it lies, then obeys lines.

    plug VENDOR PRODUCT NUMBER    a card reader appears as device NUMBER of bus 1
    unplug NUMBER                 it is gone
"""
import sys

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev

bus = UMockdev.Testbed.new()
print("bus", bus.get_root_dir(), flush=True)
readers = {}


def plug(vendor, product, number):
    device = bus.add_device(
        "usb", f"usb-device-{number}", None,
        ["idVendor", vendor, "idProduct", product, "busnum", "1", "devnum", number],
        ["DEVTYPE", "usb_device", "DEVNAME", f"/dev/bus/usb/001/{int(number):03}",
         "BUSNUM", "001", "DEVNUM", f"{int(number):03}"])
    interface = bus.add_device(
        "usb", f"1-{number}:1.0", device,
        ["bInterfaceNumber", "00", "bInterfaceClass", "0b", "interface", "CCID"],
        ["DEVTYPE", "usb_interface"])
    readers[number] = (device, interface)


def unplug(number):
    device, interface = readers.pop(number)
    bus.uevent(interface, "remove")
    bus.remove_device(interface)
    bus.remove_device(device)


for count, line in enumerate(sys.stdin, 1):
    order, *arguments = line.split()
    {"plug": plug, "unplug": unplug}[order](*arguments)
    print("done", count, flush=True)
