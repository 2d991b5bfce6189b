"""The commands about styles. Each imports its code when it runs."""

from pathlib import Path

from invoke import Context, Exit, task

from .blog_folder import absolute, in_blog
from .console import MISTAKE, follow, parse_minutes, parse_number, print_lines, split_names, split_paths


@task(
    auto_shortflags=False,
    help={
        "file": "the picture of the artwork; its record may lie beside it as artwork.toml, or as NAME.toml",
        "slug": "the name of the style's folder; without it made from the title",
        "category": "one of STYLIZE['categories']",
        "crop": "the part to take: LEFT,TOP,WIDTH,HEIGHT in pixels, or pct:5,5,90,90 in percent",
        "meaning": "what this artwork says about a photo in its style",
        "own": "the work is your own; needs neither --source-url nor, with STYLIZE['author'], the rest",
        "license": "as the collection states it: CC0-1.0, CC-BY-4.0, or the address of the license",
        "source_url": "the page of the item",
        "image_url": "where the file came from",
        "accession": "the collection's own number",
    },
)
def add(
    c: Context,
    file: str,
    slug: str = "",
    category: str = "",
    crop: str = "",
    title: str = "",
    creator: str = "",
    date: str = "",
    medium: str = "",
    institution: str = "",
    accession: str = "",
    source_url: str = "",
    image_url: str = "",
    license: str = "",
    credit_line: str = "",
    meaning: str = "",
    own: bool = False,
) -> None:
    """Make a style from an artwork's picture and its record, in a few seconds and for free: level 0."""
    given = {name: value for name, value in locals().items() if isinstance(value, str) and name != "file"}
    place = absolute(file)
    with in_blog(c) as settings_file:
        from .styles_library import add as add_style

        print(add_style(settings_file, place, given, own=own))


@task(
    help={
        "places": "pictures, folders of them, styles, or a package of museum records, with commas between",
        "photos": "a folder of your own photos; without it the six of the panel",
        "strengths": "with commas between: 0.5,1",
        "tuned": "how many of the first to tune for 30 s each",
        "painted": "how many of the first to paint too, as `Quality: good` does, up to a minute each",
        "to": "the page; without it .stylize/audition/board.html",
    },
)
def audition(
    c: Context,
    places: str,
    photos: str = "",
    strengths: str = "1",
    tuned: str = "0",
    painted: str = "0",
    to: str = "",
) -> None:
    """Show what artworks would do to your photos, before you spend anything: a second for each."""
    try:
        at = [float(part) for part in strengths.split(",") if part.strip()]
    except ValueError:
        raise Exit(
            f"--strengths is {strengths!r}; write numbers, as in --strengths 0.5,1", code=MISTAKE
        ) from None
    count = parse_number("tuned", tuned)
    painted_count = parse_number("painted", painted)
    paths = [absolute(place) for place in split_paths(places)]
    folder, page = absolute(photos), absolute(to)
    with in_blog(c) as settings_file:
        from . import styles_audition

        request = styles_audition.AuditionRequest(
            places=[_from_blog(path) for path in paths],
            photos=folder,
            strengths=at or [1.0],
            tuned=count,
            painted=painted_count,
            to=page,
        )
        follow(styles_audition.audition(settings_file, request), stopped="Stopped; what was drawn is kept.")


@task(
    help={
        "photo": "a photo of the blog by its name, or any file; it needs no credit: nothing is published",
        "quality": "quick, good or best; without it that of the settings",
        "styles": "styles with commas between: harvesters,ink; without them all",
        "budget": "minutes that painting may take: styles judged cool first, meh last; the rest is quick",
    },
)
def compare(c: Context, photo: str, quality: str = "", styles: str = "", budget: str = "") -> None:
    """Show one photo in every style you own, on one board, with the line to copy into a post."""
    place = Path(absolute(photo))
    minutes = parse_minutes("budget", budget)
    with in_blog(c) as settings_file:
        from . import styles_compare

        request = styles_compare.ComparisonRequest(
            photo=place, name=photo, quality=quality, styles=split_names(styles), budget=minutes
        )
        follow(
            styles_compare.compare(settings_file, request),
            stopped="Stopped; what was drawn is kept, and the same command continues.",
        )


@task(help={"slug": "the style's folder in styles/"})
def predict(c: Context, slug: str) -> None:
    """Make a style's weights from its artwork.jpg, without training: a second or two."""
    with in_blog(c) as settings_file:
        from .styles_train import predict as predict_style

        print(predict_style(settings_file, slug))


@task(
    help={
        "slug": "the style's folder in styles/; several with commas between: harvesters,ink",
        "level": "1 tunes the style's own weights (5 kB), 2 the network too (220 kB)",
        "photos": "a folder of photos to tune on; without it content/photos",
        "steps": "how many; more than 250 show little",
        "budget": "for each style at most: minutes, or money such as '$0.05'",
        "seed": "another number draws other crops",
        "style_weight": "30 makes a faint style stronger, 5 keeps more of the photo; else it is searched",
        "resume": "continue where Ctrl-C or a power cut ended it",
    },
)
def tune(
    c: Context,
    slug: str,
    level: str = "2",
    photos: str = "",
    steps: str = "250",
    budget: str = "",
    seed: str = "0",
    style_weight: str = "",
    resume: bool = False,
) -> None:
    """Tune a style on its artwork, so that it paints like it: two or three minutes on two cores."""
    folder = absolute(photos)
    with in_blog(c) as settings_file:
        from .styles_train import tune as tune_styles

        lines = tune_styles(
            settings_file,
            split_names(slug),
            level=parse_number("level", level),
            photos=folder,
            steps=parse_number("steps", steps),
            budget=budget,
            seed=parse_number("seed", seed),
            style_weight=parse_number("style-weight", style_weight, kind=float) if style_weight else None,
            resume=resume,
        )
        follow(lines, stopped="Stopped; nothing is lost. Continue with --resume")


@task(
    help={
        "only": "styles with commas between: harvesters,ink; without them all",
        "accept": "accept how these styles look now, and paint what is outdated",
        "painted": "check the painted panels too, and paint those that are missing (--no-painted: do not)",
        "repaint": "paint the painted panels again and compare them: some 15 s for each style",
    },
)
def panel(
    c: Context, only: str = "", accept: bool = False, painted: bool = True, repaint: bool = False
) -> None:
    """Draw the panel's photos in each style, paint every third, and compare with what was accepted."""
    with in_blog(c) as settings_file:
        from .styles_check import panel as check_panels

        lines = check_panels(
            settings_file, split_names(only), accept=accept, painted=painted, repaint=repaint
        )
        follow(lines, stopped="Stopped; the panels that were made are kept.")


@task(
    help={
        "slug": "the style's folder in styles/; several with commas between, or all",
        "to": "the file to write, or a folder; without it SLUG.style.zip here",
    }
)
def pack(c: Context, slug: str, to: str = "") -> None:
    """Write a style into one file, with a manifest and a card, to keep or to share."""
    place = absolute(to) or f"{Path.cwd()}/"
    with in_blog(c) as settings_file:
        from .styles_library import pack as pack_styles

        print_lines(pack_styles(settings_file, split_names(slug), to=place))


@task(
    help={
        "file": "a pack, as `style.pack` writes it",
        "as_": "another name for the style",
        "predict": "where its weights belong to another network, make them again from the artwork",
    }
)
def unpack(c: Context, file: str, as_: str = "", predict: bool = False) -> None:
    """Put the style of a pack into the library, once everything in it is checked."""
    place = absolute(file)
    with in_blog(c) as settings_file:
        from .styles_library import unpack as unpack_style

        print(unpack_style(settings_file, place, slug=as_, predict=predict))


@task(
    help={
        "slug": "the style's folder in styles/",
        "word": "cool or meh",
        "note": "why, in a sentence",
        "suits": "kinds of photos with commas between: sky,portrait",
    },
)
def verdict(c: Context, slug: str, word: str, note: str = "", suits: str = "") -> None:
    """Write down what you think of a style: cool or meh, why, and what it suits."""
    with in_blog(c) as settings_file:
        from .styles_list import save_verdict

        print(save_verdict(settings_file, slug, word, note=note, suits=split_names(suits)))


@task(
    name="list",
    help={
        "category": "only its styles: art, space, ...",
        "json": "print JSON for programs instead of a table",
    },
)
def list_(c: Context, category: str = "", json: bool = False) -> None:
    """List the styles: level, size, what they cost, your verdict, how many posts use them."""
    with in_blog(c) as settings_file:
        from .styles_list import list_styles

        print(list_styles(settings_file, category=category, as_json=json))


@task(
    name="import",
    help={
        "file": "weights of fast_neural_style (.pth, .model) or an ONNX model",
        "slug": "the style's folder in styles/, with its artwork and style.toml",
        "range": "what white is to the network: 255, 1, or -1 for -1 to 1; without it found by trying",
        "out-range": "the same for its output, where that differs",
        "mean": "what is subtracted from the channels, in the network's order: 123.68,116.78,103.94",
        "adds-mean": "its output lacks the mean too",
        "bgr": "it takes blue first, as models from Caffe or OpenCV do",
        "pick": "which style, from 0, of a network that has several",
        "url": "where the model was found, for the record",
        "license": "of the model, for the record",
    },
)
def import_(
    c: Context,
    file: str,
    slug: str,
    range: str = "",
    out_range: str = "",
    mean: str = "",
    adds_mean: bool = False,
    bgr: bool = False,
    pick: str = "",
    url: str = "",
    license: str = "",
) -> None:
    """Import a trained network (.pth, ONNX) for an existing style."""
    place = Path(absolute(file))
    with in_blog(c) as settings_file:
        from .styles_import import import_style

        print_lines(
            import_style(
                settings_file,
                place,
                slug,
                range=range,
                out_range=out_range,
                mean=mean,
                adds_mean=adds_mean,
                bgr=bgr,
                pick=pick,
                url=url,
                license=license,
            )
        )


def _from_blog(path: str) -> str:
    """Return a path relative to the folder of the blog if it is inside, for messages and boards."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
