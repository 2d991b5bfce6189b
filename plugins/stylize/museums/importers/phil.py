"""The Public Health Image Library of the CDC: https://wwwn.cdc.gov/phil/.

It has no API: its pages are read by their labels.
"""

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import quote, urljoin

from ..errors import ChangedShape
from ..record import Creator, ImageFile, MuseumRecord
from .answer import Answer
from .dates import read_span
from .interface import Budget, Museum, Request
from .plain_texts import find_links, first_sentence, strip_html
from .statements import state

PAGE = "https://wwwn.cdc.gov/phil/Details.aspx?pid={}"
LABELS = (
    *("ID#", "Caption", "Description", "High Resolution", "Content Provider(s)", "Creation Date"),
    *("Photo Credit", "Links", "Categories", "MeSH", "Copyright Restrictions"),
)
LABEL = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, LABELS))})\s*:")
IMAGE = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]*PHIL_Images[^\"'\s>]*)", re.IGNORECASE)
# The sentence that frees a picture, without what follows it on the page.
FREE = re.compile(r"None\b.*?restrictions\.(?: As a matter of courtesy[^.]*\.)?", re.IGNORECASE)
ENDS = re.compile(r"\b(?:Page last|Content source|Skip Navigation)", re.IGNORECASE)  # of the footer


def find_item(address: str) -> str:
    """Return the picture's number from an address of its page, on any of the hosts, or of its files."""
    found = re.match(
        r"https?://(?:wwwn?\.cdc\.gov/phil|phil\.cdc\.gov(?:/phil)?)/"
        r"(?:(?:details|quicksearch)\.aspx\?(?:.*&)?pid=(\d+)|PHIL_Images/(?:[^?#]*/)?(\d+)(?:_\w+)?\.\w+(?:[?#]|$))",
        address,
        re.IGNORECASE,
    )
    return (found[1] or found[2]) if found else ""


def ask_item(item: str) -> Request:
    """Return the request for the page of a picture."""
    return Request(url=PAGE.format(quote(item, safe="")), accept="text/html")


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read the page of a picture; raises ChangedShape that names a label it lacks."""
    page = answers[0].text()
    facts = _read_labels(page)
    item = facts.get("ID#", "").partition(" ")[0]
    if not item.isdecimal():
        raise ChangedShape("the label 'ID#:' is missing on the page")
    caption = facts.get("Caption") or facts.get("Description") or ""
    provider, photographer = facts.get("Content Provider(s)", ""), facts.get("Photo Credit", "")
    date = facts.get("Creation Date", "")
    host = answers[0].url if find_item(answers[0].url) else PAGE.format(item)
    small = [urljoin(host, unescape(found)) for found in IMAGE.findall(page)]
    small = [address for address in small if re.search(rf"\b{item}(_\w+)?\.\w+$", address)] or small
    large = [
        urljoin(host, address)
        for address, words in find_links(page)
        if re.search(r"hi(gh)?.resolution", words, re.IGNORECASE) and not address.startswith("javascript:")
    ]
    restrictions = facts.get("Copyright Restrictions", "")
    sentence = first_sentence(caption)
    is_of_government = bool(re.match(r"(CDC|NIH|NIAID|FDA|HHS|U\.?S\.?)\b", provider))
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=f"{sentence} (PHIL {item})" if sentence else f"PHIL {item}",
        creators=_read_creators(provider, photographer),
        date=date,
        span=read_span(date),
        institution=MUSEUM.title,
        accession=f"PHIL {item}",
        page=PAGE.format(item),
        description=caption,
        images=tuple(ImageFile(url=address) for address in dict.fromkeys([*large[:1], *small[:1]])),
        thumbnail=next(iter(small), ""),
        rights=state(restrictions, field="Copyright Restrictions" if restrictions else ""),
        credit_line="; ".join(
            filter(None, (provider, f"Photo Credit: {photographer}" if photographer else ""))
        ),
        warnings=()
        if is_of_government
        else (
            f"Its provider may be outside the U.S. government: {provider}"
            if provider
            else "The page names no provider",
        ),
    )


def _read_labels(page: str) -> dict[str, str]:
    """Return the texts after the labels, as a reader sees them; of a label that comes twice the first."""
    start, last = page.find("ID#"), page.rfind("Copyright Restrictions")  # menus come before the first
    facts: dict[str, str] = {}
    # The last label is read by itself: categories before it may be longer than a text can be.
    for text in (strip_html(page[max(last, 0) :]), strip_html(page[max(start, 0) :])):
        parts = LABEL.split(text)
        for label, words in zip(parts[1::2], parts[2::2], strict=True):
            facts.setdefault(label, words.strip())
    if restrictions := facts.get("Copyright Restrictions"):
        free = FREE.match(restrictions)
        facts["Copyright Restrictions"] = free[0] if free else ENDS.split(restrictions)[0].strip()
    return facts


def _read_creators(provider: str, photographer: str) -> tuple[Creator, ...]:
    """Return the photographer, else the people of "CDC/ Ross W. Buck; Ida Moss"."""
    if photographer:
        return (Creator(name=photographer, role="photographer"),)
    agency, slash, names = provider.partition("/")
    people = [name.strip(" /") for name in names.split(";")] if slash else []
    people = [name for name in people if name] or ([agency.strip()] if agency.strip() else [])
    return tuple(Creator(name=name, role="content provider") for name in people)


MUSEUM = Museum(
    name="phil",
    title="CDC Public Health Image Library",
    home="https://wwwn.cdc.gov/phil/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    # No limit is published.
    budgets=(Budget(host="cdc.gov", requests=30, seconds=60),),
    how="no API: the page of an item is read by its labels; it cannot be searched from here",
    rights="the sentence at Copyright Restrictions",
    image_size="the high resolution file, often a TIFF; else a small JPEG",
    checked="the text of one recorded page; its HTML was not recorded",
    notes=("Its titles are made here, of the first sentence of the caption and the number.",),
)
