from fixtures.museum_index import make_record
from pelican.plugins.stylize.museums.record import ImageFile
from pelican.plugins.stylize.museums.saved_page.page_file import PagePicture, SavedPage
from pelican.plugins.stylize.museums.saved_page.page_picture import find_picture


def test_an_address_that_is_none_hides_no_picture():
    broken, named = (
        PagePicture(address=address, media_type="image/jpeg", data=b"\xff\xd8")
        for address in ("http://[", "https://shore.example/img/8.jpg")
    )
    draft = make_record("8", images=(ImageFile(url="https://shore.example/img/8.jpg?size=full"),))
    assert find_picture(SavedPage(html="", pictures=(broken, named)), draft) == (named, True)
