"""The command `provenance.keygen`. Returns the text to print."""

import shlex
from pathlib import Path

from ..provenance.c2pa.certificates import certificate_fingerprint
from ..provenance.c2pa.keys import make_keys
from ..storage.atomic_files import display_path
from .blog_folder import read_site


def keygen(settings_file: str, *, name: str, folder: str = "") -> str:
    """Make the key that signs the pictures of this blog, and explain what to do with it.

    folder: outside the site; "" for the one in the settings. Raises UserError if no key can be made.
    """
    site, settings = read_site(settings_file)
    assert settings.c2pa_folder is not None  # read_settings filled it in
    place = Path(folder).expanduser().absolute() if folder else settings.c2pa_folder
    outside = [Path.cwd(), Path(site["PATH"]), Path(site["OUTPUT_PATH"])]
    keys = make_keys(place, name=name, outside=outside)
    lines = [
        f"{display_path(keys.private_key)}: the key, good until {keys.expires:%Y-%m-%d}."
        " Keep a copy of the folder in a safe place, and show it to nobody.",
        f"{display_path(keys.root)}: the root certificate, for everybody. SHA-256:",
        f"    {certificate_fingerprint(keys.root.read_text('ascii'))}",
        "To sign the pictures, write in pelicanconf.py:",
        '    STYLIZE["c2pa"] = "if-key"',
    ]
    if place != settings.c2pa_folder:
        lines += [
            f'    STYLIZE["c2pa_folder"] = "{place}"',
            f"or, where others build the blog too: export STYLIZE_C2PA_FOLDER={shlex.quote(str(place))}",
        ]
    return "\n".join(lines)
