"""Encrypt what is said to the chapters' kernels, of which each would otherwise warn in the log."""

from __future__ import annotations

from jupyter_client.manager import KernelManager


def setup(app):
    """Register with Sphinx."""
    encryption = getattr(KernelManager, "transport_encryption", None)  # older ones do not warn
    if encryption is not None:
        encryption.default_value = "auto"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
