"""A pack proves itself offline; whatever is changed in it is found and named, at either level."""

import copy
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from parindex.auth.signatures import signed_by
from parindex.contracts.loading import dump_snapshot
from parindex.kernel.canonical import canonical_bytes, digest
from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError
from parindex.kernel.points import output
from scoring_api.publication.use_cases.index_table import index_table
from scoring_api.results.domain.bundle import compute_bundle
from scoring_api.results.domain.bundle_parsing import parse_bundle
from scoring_api.results.domain.pack import PackHeader, full_pack, public_pack, sealed, signed_content
from scoring_api.results.domain.pack_verdict import Verdict, verify_pack
from scoring_api.results.domain.verdict_text import verdict_lines
from scoring_api.results.domain.withholding import withheld_digest
from scoring_api.results.use_cases.computing import bundle_of
from tests.architecture.descriptions import DOCUMENTS
from tests.unit.report import hai_duong_result
from tests.unit.scoring.bundle_json import KEY, OTHER_KEY, bundle, document, header, pack

Change = Callable[[Any], object]
SCHEMAS = {f"{name}.schema.json": make() for name, make in DOCUMENTS.items()}
REGISTRY = Registry[Any]().with_resources(
    (name, DRAFT202012.create_resource(schema)) for name, schema in SCHEMAS.items()
)
SURVEYED = "2/2.1"


def verify(found: Any, **known: Any) -> Verdict:
    return verify_pack(found, signed_by, **known)


def signed(found: Any) -> Any:
    """The pack signed anew, as a forger with a key of his own or a faulty service would."""
    return {**found, "signature": KEY.sign(signed_content(found))}


def test_a_full_pack_is_proved_whole() -> None:
    verdict = verify(pack(), keys=KEY.jwks())
    assert verdict.proven
    assert (verdict.level, verdict.given, verdict.trusted) == ("full", (), True)
    assert (verdict.units, verdict.leaves, verdict.edition_checked) == (3, 9, False)
    assert verdict.digest == digest(pack())
    said = "Kết luận: ĐÚNG, mọi kết quả tính lại được từ dữ liệu trong gói"
    assert list(verdict_lines(verdict))[-1] == said
    unknown = list(verdict_lines(verify(pack())))[-1]
    assert unknown == f"{said}; CHƯA chứng minh gói là của dịch vụ (thiếu --key)"


def test_a_public_pack_says_what_it_took_as_given() -> None:
    verdict = verify(pack("public"))
    assert verdict.proven
    assert verdict.trusted is None
    assert verdict.given == (("so-c", SURVEYED),)
    lines = list(verdict_lines(verdict))
    assert "    so-c, 2/2.1" in lines
    assert lines[-1].startswith("Kết luận: ĐÚNG, trừ các điểm lấy nguyên")


def test_a_public_pack_without_small_cells_proves_everything() -> None:
    found = pack("public", minimum=1)
    assert verify(found).given == ()
    assert "withheld" not in found["inputs"]


def test_only_the_small_cells_are_withheld_and_only_their_leaves_given() -> None:
    found = pack("public")
    hidden = [cell for cell in found["inputs"]["tallies"] if "withheld" in cell]
    assert [(cell["unit"], set(cell)) for cell in hidden] == [
        ("so-c", {"unit", "questionnaire", "group", "question", "withheld"})
    ]
    given = found["inputs"]["withheld"]
    assert given == {
        "so-c": {SURVEYED: {"points": "0", "max_points": "0", "status": "missing", "policy": "exclude"}}
    }
    assert "salt" not in found


def test_points_that_the_council_set_rest_on_no_cell() -> None:
    data = document()
    data["sets"][0]["entries"]["so-c"][SURVEYED] = {"override": "12", "reason": "Hội đồng ấn định"}
    whole = parse_bundle(data)
    found = read_document(sealed(public_pack(header(), whole, compute_bundle(whole)), KEY.sign))
    assert any("withheld" in cell for cell in found["inputs"]["tallies"])
    assert verify(found).proven
    assert verify(found).given == ()


def test_the_digest_of_a_withheld_cell_cannot_be_guessed_without_the_salt() -> None:
    cell = next(cell for cell in bundle().tallies if cell.unit == "so-c")
    public = next(c["withheld"] for c in pack("public")["inputs"]["tallies"] if "withheld" in c)
    assert withheld_digest(cell, "muối") == public
    assert withheld_digest(cell, "") != public
    assert pack("full")["salt"] == "muối"


def figures(value: Any, pointer: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every scalar of a document: pointer, container, key."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        item, where = value[key], f"{pointer}/{key}"
        if isinstance(item, dict | list):
            yield from figures(item, where)
        else:
            yield where, value, key


def changed(value: Any) -> Any:
    """Another figure of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return "1"
    return value[:-1] + ("1" if value[-1:] != "1" else "2")


def proven(found: Any) -> bool:
    """Whether a pack would be believed; one that is refused whole is not."""
    try:
        return verify(found).proven
    except DomainError:
        return False


@pytest.mark.parametrize("level", ["full", "public"])
def test_a_change_of_any_one_thing_is_found(level: str) -> None:
    """Every scalar of the pack in turn: figures, values, counts, names, key, signature."""
    original = pack(level)
    unseen, tried = [], 0
    for index, (where, _, _) in enumerate(figures(original)):
        tampered = copy.deepcopy(original)
        _, container, key = list(figures(tampered))[index]
        container[key] = changed(container[key])
        tried += 1
        if proven(tampered):
            unseen.append(where)
    assert tried > 300
    assert not unseen


@pytest.mark.parametrize("level", ["full", "public"])
def test_a_change_of_any_figure_of_the_record_is_named(level: str) -> None:
    """Signed anew, so that the figures alone can tell."""
    original = pack(level)
    for where, _, _ in figures(original["record"]):
        if where == "/schema":
            continue
        tampered = copy.deepcopy(original)
        _, container, key = next(found for found in figures(tampered["record"]) if found[0] == where)
        container[key] = changed(container[key])
        verdict = verify(signed(tampered))
        assert verdict.signed
        assert not verdict.proven, where
        named = {
            "/".join(filter(None, (found.unit, found.leaf, found.figure))) for found in verdict.differences
        }
        tail = where.removeprefix("/sets/0/units/")
        assert any(name.rpartition("/")[2] in tail for name in named), (where, named)


@pytest.mark.parametrize(
    ("change", "unit", "leaf", "figure"),
    [
        (lambda d: d["inputs"]["sets"][0]["entries"]["so-a"]["1/1.1"]["value"].update(numerator="94"), "so-a", "1/1.1", "points"),
        (lambda d: d["inputs"]["sets"][0]["entries"]["so-b"]["1/1.2"].update(override="16"), "so-b", "1/1.2", "points"),
        (lambda d: d["inputs"]["tallies"][0]["counts"].update(A=7, B=2), "so-a", "2/2.1", "points"),
        (lambda d: d["inputs"]["sets"][0]["previous"]["so-b"].update(rank=3), "so-b", "", "previous_rank"),
        (lambda d: d["inputs"]["sets"][0]["previous"]["so-b"]["review_years"].update({"1": 3}), "so-b", "1", "consecutive_years"),
        (lambda d: d["record"]["sets"][0]["units"]["so-c"].update(rank=1), "so-c", "", "rank"),
        (lambda d: d["record"]["sets"][0]["units"].pop("so-c"), "so-c", "", "rank"),
        (lambda d: d["inputs"]["sets"][0]["framework"]["bands"][0].update(code="x"), "so-a", "", "next_band"),
    ],
)  # fmt: skip
def test_changed_inputs_are_named_by_what_comes_out_of_them(
    change: Change, unit: str, leaf: str, figure: str
) -> None:
    tampered = pack()
    change(tampered)
    verdict = verify(signed(tampered))
    assert (unit, leaf, figure) in {(found.unit, found.leaf, found.figure) for found in verdict.differences}
    assert any(unit in line for line in verdict_lines(verdict))


@pytest.mark.parametrize(
    ("level", "change", "pointer", "code"),
    [
        ("full", lambda d: d["inputs"]["tallies"][0].update(total=13), "/inputs/tallies/0/total", "tally_total_differs"),
        ("full", lambda d: d["inputs"]["sets"][0]["entries"]["so-a"]["1/1.2"]["value"].update(level="x"),
         "/inputs/sets/0/entries/so-a/1~11.2/value/level", "value_unknown_level"),
        ("public", lambda d: d["inputs"]["withheld"]["so-c"][SURVEYED].update(points="41"),
         "/inputs/withheld/so-c/2~12.1/points", "points_above_maximum"),
        ("public", lambda d: d["inputs"]["withheld"].update({"so-a": {"1/1.1": {}}}),
         "/inputs/withheld/so-a/1~11.1", "leaf_not_withheld"),
        ("public", lambda d: d["inputs"].pop("withheld"), "/inputs/withheld/so-c", "withheld_score_missing"),
        ("public", lambda d: d["inputs"]["tallies"][2].update(withheld="sha256:0"), "/inputs/tallies/2/withheld", "not_a_digest"),
        ("public", lambda d: d.update(publication_minimum=11), "/inputs/tallies/1", "cell_below_minimum"),
    ],
)  # fmt: skip
def test_a_pack_that_breaks_its_own_rules_is_told_where(
    level: str, change: Change, pointer: str, code: str
) -> None:
    tampered = pack(level)
    change(tampered)
    verdict = verify(signed(tampered))
    assert not verdict.proven
    assert (pointer, code) in {(fault.pointer, fault.code) for fault in verdict.faults}


def test_a_full_pack_withholds_nothing() -> None:
    tampered = {**pack("public"), "level": "full", "salt": "x"}
    assert {fault.code for fault in verify(signed(tampered)).faults} == {"cell_withheld"}


def test_another_key_is_found_once_the_services_keys_are_known() -> None:
    forged = {**pack(), "key": OTHER_KEY.jwks()["keys"][0]}
    forged["signature"] = OTHER_KEY.sign(signed_content(forged))
    assert verify(forged).proven
    verdict = verify(forged, keys=KEY.jwks())
    assert (verdict.signed, verdict.trusted, verdict.proven) == (True, False, False)
    posing = {**forged, "key": {**forged["key"], "kid": KEY.key_id}}
    posing["signature"] = OTHER_KEY.sign(signed_content(posing))
    assert verify(posing, keys=KEY.jwks()).trusted is False


@pytest.mark.parametrize("signature", ["", "x", "A" * 86, "A" * 85 + "=", "ă" * 86])
def test_a_signature_that_is_none_is_found(signature: str) -> None:
    tampered = {**pack(), "signature": signature or "-"}
    assert verify(tampered).signed is False


@pytest.mark.parametrize(
    "key",
    [{}, {"kty": "RSA"}, {"kty": "OKP", "crv": "Ed25519"}, {"kty": "OKP", "crv": "Ed25519", "x": 5}],
)
def test_a_key_that_is_none_signs_nothing(key: dict[str, Any]) -> None:
    assert verify({**pack(), "key": key}).signed is False


@pytest.mark.parametrize("found", [None, 1, [], {}, {"schema": "parindex/pack/1"}, {**document()}])
def test_what_is_no_pack_is_refused(found: Any) -> None:
    with pytest.raises(DomainError) as refused:
        verify(found)
    assert refused.value.code == "pack_invalid"


def with_edition() -> tuple[Any, Any, Any, dict[str, Any]]:
    """The packs of Hải Dương 2022, its whole result and its index table."""
    inputs, snapshot = hai_duong_result.inputs(), hai_duong_result.result()
    content, named = dump_snapshot(snapshot)
    whole = bundle_of(inputs)
    results = compute_bundle(whole)
    top = PackHeader(
        period="2022",
        edition=1,
        edition_digest=named,
        tally_digest=inputs.tally_digest,
        minimum=5,
        salt="muối",
        key=KEY.jwks()["keys"][0],
    )
    packs = (read_document(sealed(make(top, whole, results), KEY.sign)) for make in (full_pack, public_pack))
    table = read_document(canonical_bytes(index_table(snapshot, named)))
    return *packs, read_document(content), table


FULL, PUBLIC, RESULT, TABLE = with_edition()


def test_the_year_of_the_example_is_proved_against_its_edition() -> None:
    for found in (FULL, PUBLIC):
        for edition in (RESULT, TABLE):
            verdict = verify(found, keys=KEY.jwks(), edition=edition)
            assert verdict.proven, (verdict.faults[:3], verdict.differences[:3])
            assert (verdict.units, verdict.edition_checked) == (30, True)
    assert len(verify(PUBLIC).given) == 30


@pytest.mark.parametrize(
    ("change", "figure"),
    [
        (lambda e: e["units"][3].update(points="1"), "points"),
        (lambda e: e["units"][3].update(rank=30), "rank"),
        (lambda e: e["units"][3]["areas"][1].update(percent="1.00"), "percent"),
        (lambda e: e["units"][3]["areas"][1].update(points="1"), "points"),
        (lambda e: e["units"][3].update(band="x"), "band"),
        (lambda e: e["units"].pop(3), "rank"),
        (lambda e: e["frameworks"][0].update(digest="sha256:0"), "bộ tiêu chí hai-duong-2022-so"),
    ],
)
def test_an_edition_that_says_otherwise_is_named(change: Change, figure: str) -> None:
    for edition in (RESULT, TABLE):
        other = copy.deepcopy(edition)
        change(other)
        found = {difference.figure for difference in verify(FULL, edition=other).differences}
        assert figure in found
        assert ("edition_digest" in found) == (edition is RESULT)


def test_a_percent_printed_with_more_digits_near_a_bound_is_proved_to_those_digits() -> None:
    exact = Decimal(RESULT["units"][3]["percent"])
    for shown, proved in ((output(exact, 7), True), (output(exact, 7) + Decimal("1E-7"), False)):
        table = copy.deepcopy(TABLE)
        table["units"][3]["percent"] = f"{shown:f}"
        assert verify(FULL, edition=table).proven is proved


@pytest.mark.parametrize("change", [{"period": "2023"}, {"edition": 2}])
def test_a_pack_that_names_another_edition_is_found(change: dict[str, Any]) -> None:
    for edition in (RESULT, TABLE):
        found = verify(signed({**FULL, **change}), keys=KEY.jwks(), edition=edition)
        assert found.signed
        assert not found.proven
        assert [difference.figure for difference in found.differences] == list(change)


@pytest.mark.parametrize("keys", [{}, {"keys": {}}, {"keys": [1]}, TABLE])
def test_what_is_no_list_of_keys_is_refused(keys: Any) -> None:
    """Not taken for a list without the signer's key: the pack is not wrong."""
    with pytest.raises(DomainError) as refused:
        verify(pack(), keys=keys)
    assert [fault.code for fault in refused.value.faults] == ["keys_unreadable"]


@pytest.mark.parametrize(
    "edition", [{}, {"units": []}, {"units": [{}]}, {"units": "x", "schema": "parindex/result/1"}]
)
def test_what_is_no_edition_is_refused(edition: Any) -> None:
    with pytest.raises(DomainError) as refused:
        verify(FULL, edition=edition)
    assert [fault.code for fault in refused.value.faults] == ["edition_unreadable"]


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ("bundle", document()),
        ("bundle", FULL["inputs"]),
        ("pack", pack("full")),
        ("pack", pack("public")),
        ("pack", FULL),
        ("pack", PUBLIC),
    ],
)
def test_documents_fit_their_published_schemas(schema: str, found: Any) -> None:
    validator = Draft202012Validator(SCHEMAS[f"{schema}.schema.json"], registry=REGISTRY)
    plain = json.loads(canonical_bytes(found))
    validator.validate(plain)
    spoiled = {**plain, "x": 1}
    assert not validator.is_valid(spoiled)
