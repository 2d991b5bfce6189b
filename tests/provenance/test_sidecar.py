"""A sidecar means the same to two readers of JSON-LD that share no code."""

import json
from dataclasses import replace

import pytest
import rdflib
from fixtures import records
from pelican.plugins.stylize.provenance.sidecar import make_sidecar
from rdflib.compare import isomorphic

URL = "https://pier.example/pictures/mont/provenance.jsonld"
GALAXY = replace(
    records.ARTWORK, title="M51", source_url=""
)  # without an address it is a node without a name
BLEND = replace(
    records.RECORD,
    ingredients=(
        replace(records.INGREDIENT, part=0.7),
        replace(records.INGREDIENT, part=0.3, numbers="f" * 64, artwork=GALAXY),
    ),
)


def without_record(graph: rdflib.Graph) -> rdflib.Graph:
    """Take the whole record, a JSON literal, out of a graph: its numbers may be written as 1 and as 1.0."""
    record = rdflib.URIRef("https://schema.org/text")
    assert len(list(graph.triples((None, record, None)))) == 1
    graph.remove((None, record, None))
    return graph


@pytest.mark.parametrize(
    ("record", "triples"),
    [(records.RECORD, 49), (BLEND, 67), (records.PLAIN, 16)],
    ids=["stylized", "blend", "photo"],
)
def test_rdflib_and_pyld_find_the_same_triples(record, triples):
    jsonld = pytest.importorskip("pyld.jsonld", reason="PyLD is not installed")
    text = make_sidecar(record)
    one = rdflib.Graph().parse(data=text, format="json-ld", publicID=URL)
    lines = jsonld.to_rdf(json.loads(text), {"base": URL, "format": "application/n-quads"})
    other = rdflib.Graph().parse(data=lines, format="nt")
    assert (len(one), len(other)) == (triples, triples)
    assert isomorphic(without_record(one), without_record(other))
