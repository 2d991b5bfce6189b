import pytest
from pelican.plugins.stylize.museums.importers.answer import View
from pelican.plugins.stylize.museums.importers.statements import read_prose


@pytest.mark.parametrize(
    ("prose", "code"),
    [
        ("Public domain", "UNKNOWN"),
        ("Free, see https://creativecommons.org/publicdomain/zero/1.0/.", "CC0-1.0"),
        ('See <a href="http://rightsstatements.org/vocab/NoC-US/1.0/">this</a>', "NOC-US"),
        (["https://creativecommons.org/licenses/by/4.0/", "by Ana"], "CC-BY-4.0"),
        (["https://creativecommons.org/licenses/by/4.0/", "http://rightsstatements.org/vocab/InC/1.0/"], "UNKNOWN"),
        ("https://creativecommons.org/licenses/by/4.0/ https://creativecommons.org/policies", "UNKNOWN"),
        ("Our metadata is CC0: https://creativecommons.org/publicdomain/zero/1.0/", "UNKNOWN"),
        (None, "UNKNOWN"),
    ],
)  # fmt: skip
def test_prose_is_known_by_the_one_address_in_it(prose, code):
    assert read_prose(View(prose, "rights")).license.code == code


def test_prose_is_kept_as_it_is_written():
    rights = read_prose(View(["Ask <b>us</b>.", "Mail"], "rights"))
    assert (rights.written, rights.field) == ("Ask us. / Mail", "rights")
