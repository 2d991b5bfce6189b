"""Files as browsers save them: charsets, MHTML, and what is no page."""

import pytest
from fixtures import saved_pages
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.saved_page.page_file import (
    PagePicture,
    decode_html,
    parse_saved_page,
    read_saved_page,
)


def test_mhtml_of_chrome():
    page = parse_saved_page(saved_pages.make_mhtml(b"\xff\xd8 a picture"), where="saved.mhtml")
    assert (
        page.address == "https://shore.example/collection/a-very-long-address-of-the-object/that-is-folded/8"
    )
    assert page.noted_by == "Snapshot-Content-Location of the MHTML file"
    assert 'content="Café at low tide"' in page.html
    assert page.pictures[1:] == (
        PagePicture(
            address="https://shore.example/img/8.jpg", media_type="image/jpeg", data=b"\xff\xd8 a picture"
        ),
    )


def test_mhtml_that_was_cut_off_still_has_its_page():
    data = saved_pages.make_mhtml(b"\xff\xd8" * 5000)
    page = parse_saved_page(data[: len(data) - 9000], where="saved.mhtml")
    assert 'content="Café at low tide"' in page.html


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("<p>Été".encode("utf-8-sig"), ""),
        ("<p>Été".encode("utf-16"), ""),
        ("<p>Été".encode(), "utf-8"),
        ("<p>Été".encode(), ""),
        ("<p>Été".encode("latin-1"), ""),
        ("<p>Été".encode("latin-1"), "iso-8859-1"),
        ("<p>Été".encode("cp437"), "cp437"),
        ("<p>Été".encode(), "hex"),  # a codec of Python that is no charset
        ("<p>Été".encode(), "klingon"),
    ],
)
def test_charsets(data, charset):
    assert decode_html(data, charset=charset) == "<p>Été"


def test_the_charset_of_a_meta_element():
    html = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><title>Волна</title>'
    assert decode_html(html.encode("koi8-r")) == html


def test_a_meta_element_that_is_not_true():
    assert (
        decode_html('<meta charset="utf-8"><p>Été'.encode("cp1252"))
        == '<meta charset="utf-8"><p>\ufffdt\ufffd'
    )
    assert decode_html('<meta charset="utf-16"><p>Été'.encode()) == '<meta charset="utf-16"><p>Été'


def test_a_page_that_was_cut_in_a_character():
    assert decode_html("<p>Été".encode()[:-1]) == "<p>Ét\ufffd"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7", "saved: this is a PDF, not a saved page. Save the page as HTML (Ctrl+S) instead of printing it."),
        (b"bplist00", "saved: this is a web archive of Safari, not a saved page. Save it as 'Page Source', or in another browser."),
        (b"\xff\xd8\xff\xe0", "saved: this is a JPEG, not a saved page. Name it with --image, and the saved page with --page."),
        (b" \n", "saved: the file is empty. Save the page again."),
        (b"just words", "saved: there is no HTML in this file. Save the page in the browser (Ctrl+S)."),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n", "saved: there is no HTML part in this MHTML file. Save the page again."),
    ],
)  # fmt: skip
def test_what_is_no_page(data, message):
    with pytest.raises(UserError) as error:
        parse_saved_page(data, where="saved")
    assert str(error.value) == message


def test_multiparts_nested_without_end():
    data = b"MIME-Version: 1.0\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(1500)
    )
    with pytest.raises(UserError, match="MHTML file"):
        parse_saved_page(data, where="saved")


def test_a_folder_and_a_missing_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page_files").mkdir()
    with pytest.raises(UserError, match=r"^page_files: this is a folder, not a file"):
        read_saved_page(tmp_path / "page_files")
    with pytest.raises(UserError, match=r"^gone\.html: there is no such file. Save the page in the browser"):
        read_saved_page(tmp_path / "gone.html")
