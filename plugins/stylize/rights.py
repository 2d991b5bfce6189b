"""Which license statements are known, and what they allow. Not legal advice.

Facts from the license texts of Creative Commons and the statements of RightsStatements.org.
"""

from .errors import UserError, suggestion
from .model import License


def find_license(text: str, *, where: str) -> License:
    """Return the license that a file names by its code; raises UserError with the nearest code."""
    code = text.strip().upper().replace(" ", "-")
    try:
        return LICENSES[code]
    except KeyError:
        near = suggestion(code, LICENSES, many="licenses")
        raise UserError(f"{where}: there is no license {text!r}.{near}") from None


def refusal(license: License) -> str:
    """Return why a work under this license may not be redrawn or redraw another, or "" when it may."""
    if license.allows_adaptation:
        return ""
    return f"its license, {license.name}, does not allow adaptations to be published"


def _creative_commons() -> dict[str, License]:
    licenses = {}
    for elements in ("BY", "BY-SA", "BY-NC", "BY-NC-SA", "BY-ND", "BY-NC-ND"):
        for version in ("2.0", "2.5", "3.0", "4.0"):
            code = f"CC-{elements}-{version}"
            licenses[code] = License(
                code=code,
                name=f"CC {elements} {version}",
                url=f"https://creativecommons.org/licenses/{elements.lower()}/{version}/",
                # ND: "produce and reproduce, but not Share, Adapted Material" (4.0, section 2(a)(1)(B)).
                allows_adaptation="ND" not in elements,
            )
    return licenses


LICENSES: dict[str, License] = {
    "CC0-1.0": License(
        code="CC0-1.0",
        name="CC0 1.0",
        url="https://creativecommons.org/publicdomain/zero/1.0/",
        allows_adaptation=True,
    ),
    "PDM-1.0": License(
        code="PDM-1.0",
        name="Public Domain",
        url="https://creativecommons.org/publicdomain/mark/1.0/",
        allows_adaptation=True,
    ),
    "NOC-US": License(
        code="NOC-US",
        name="No Copyright - United States",
        url="https://rightsstatements.org/vocab/NoC-US/1.0/",
        allows_adaptation=True,
    ),
    "NKC": License(
        code="NKC",
        name="No Known Copyright",
        url="https://rightsstatements.org/vocab/NKC/1.0/",
        allows_adaptation=True,
    ),
    **_creative_commons(),
    "ALL-RIGHTS-RESERVED": License(
        code="ALL-RIGHTS-RESERVED", name="all rights reserved", url="", allows_adaptation=False
    ),
    # The author's own photo, kept: nobody else may use it, the author may redraw it.
    "OWN": License(code="OWN", name="all rights reserved", url="", allows_adaptation=True),
}
