"""Where beats come in: a strap over Bluetooth, a recording, a virtual athlete. All enter by `door`."""
