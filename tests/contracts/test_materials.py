"""The material tree and the search in it: well-formed, complete, and close to what people really type."""

import csv
import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary.eural import eural_codes
from contracts.vocabulary.material_labels import words_of
from contracts.vocabulary.materials import (
    MAX_ANSWERS,
    MAX_DEPTH,
    Basis,
    Concept,
    Confidence,
    MaterialTree,
    UnknownConcept,
    material_tree,
    resolve_label,
)
from tests.support.shared_data import shared_data

TREE = material_tree()
ids = st.sampled_from([concept.id for concept in TREE])

# Judged by hand: what a text like this means to somebody in the trade.
EXPECTED = {
    "c-hout": "wood_grade_c",
    "B hout, extern": "wood_grade_b",
    "hout b (ongesorteerd)": "wood_grade_b",
    "a/b hout, niet route": "wood_grade_ab",
    "sloophout": "wood",
    "gemelamineerde spaanplaten": "wood_chipboard",
    "houten treinen": "wood",
    "schoon puin": "rubble_clean",
    "puin < 70 cm schoon": "rubble_clean",
    "mengpuin (max. 5% zand)": "rubble_mixed",
    "gemengde puin": "rubble_mixed",
    "betonnen platen": "concrete_elements",
    "puin met asbest": "asbestos_rubble",
    "dakgrind": "roof_gravel",
    "dakleer en dakgrind": "roofing_felt_gravel",
    "teerhoudend asfalt (ga) thermisch reinigen": "asphalt_tar",
    "freesasfalt teervrij": "asphalt_milled",
    "asfasltpuin": "asphalt",
    "gasbeton": "concrete_aerated",
    "gipsplaten": "gypsum_board",
    "EPS piepschuim wit": "eps_white",
    "tempex": "eps",
    "LDPE folie 98/2 (balen)": "film_ldpe_clear",
    "landbouwfolie": "film_agricultural",
    "kunststof, hdpe": "hdpe",
    "PET-flessen": "pet_bottles",
    "harde kunststoffen": "plastics_rigid",
    "pvc buizen gemengd": "pvc_pipes",
    "kunstgrasmatten": "plastics_artificial_turf",
    "pmd": "plastics_pmd",
    "epdm": "roofing_epdm",
    "oude deuren": "doors",
    "kunststof kozijnen": "windows_pvc",
    "gietijzeren radiatoren": "radiators",
    "dakpannen": "roof_tiles",
    "tapijttegels": "carpet_tiles",
    "tapijt": "textiles_carpet",
    "stalen balken": "ferrous_structural",
    "rvs 316 draaisels": "ferrous_stainless_316",
    "verontreinigd ijzer": "metals_ferrous",
    "koperkabel": "cable_copper",
    "loodaccu&apos;s": "battery_lead_acid",
    "dubbelglas": "glass_insulating",
    "flessenglas bont": "glass_packaging_mixed",
    "karton 1.05": "board_corrugated_105",
    "kranten": "paper_newspapers",
    "licht verontreinigde grond": "soil_lightly_polluted",
    "grond klasse industrie": "soil_industry",
    "grond met japanse duizendknoop": "soil_invasive",
    "bqaggerspecie": "dredged",
    "bagger klasse b": "dredged_class_b",
    "teelaarde": "soil_topsoil",
    "gft": "gft",
    "swill (keukenafval)": "food_kitchen_waste",
    "snoeihout van bedrijven": "green_prunings",
    "cacaoafval": "food_cocoa",
    "frituurvet, route": "used_cooking_oil",
    "ruwe glycerine": "food_glycerine",
    "struviet": "struvite",
    "straatkolken": "sludge_gully",
    "avi-bodemas ingaand": "ash_mwi_bottom",
    "bsa sorteerbaar": "mixed_construction_sortable",
    "herbruikbaar b&amp;amp;s, niet route": "mixed_construction_sortable",
    "grof huishoudelijk afval, route": "mixed_bulky",
    "koelkasten en diepvriezers": "weee_cooling",
    "europallets": "pallets_euro",
    "lege big bags": "big_bags",
    "matrassen (ikea)": "mattresses",
    "bureaustoelen": "furniture_office_chairs",
    "autobanden": "tyres_car",
    "reclaimed bricks": "bricks_reclaimed",
    "used office chairs": "furniture_office_chairs",
    "clear PET bottles": "pet_bottles_clear",
    "mixed demolition rubble": "rubble_mixed",
}


def real_names() -> list[tuple[str, str]]:
    """(text, Eural code) of every recorded stream name."""
    path = shared_data("lma-waste-descriptions-nl") / "lma_descriptions_shared.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["benaming_afval"], row["euralcode"]) for row in csv.DictReader(file)]


def test_the_tree_is_large_enough_and_not_too_deep() -> None:
    assert len(TREE) >= 520
    assert {concept.depth for concept in TREE} <= set(range(1, MAX_DEPTH + 1))
    assert 18 <= len(TREE.families()) <= 30


def test_ids_are_lower_snake_and_unique() -> None:
    counts = Counter(concept.id for concept in TREE)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", concept_id) for concept_id in counts)
    assert set(counts.values()) == {1}


def test_every_label_and_synonym_says_something() -> None:
    assert not [concept.id for concept in TREE if not all(words_of(phrase) for phrase in concept.phrases)]


def test_no_phrase_belongs_to_two_concepts_in_either_language() -> None:
    owners: dict[tuple[str, ...], set[str]] = {}
    for concept in TREE:
        for phrase in concept.phrases:
            owners.setdefault(words_of(phrase), set()).add(concept.id)
    assert not {phrase: sorted(who) for phrase, who in owners.items() if len(who) > 1}


def test_every_label_and_synonym_leads_to_its_own_concept() -> None:
    wrong = {
        (concept.id, phrase): found
        for concept in TREE
        for phrase in concept.phrases
        if (found := first_of(resolve_label(phrase))) != concept.id
    }
    assert not wrong


def first_of(concepts: tuple[Concept, ...]) -> str | None:
    return concepts[0].id if concepts else None


def test_every_family_is_a_root_and_holds_its_concepts() -> None:
    assert all(TREE.concept(family).parent is None for family in TREE.families())
    assert all(TREE.is_within(concept.id, concept.family) for concept in TREE)
    assert sum(1 + len(TREE.descendants(family)) for family in TREE.families()) == len(TREE)


@given(ids, ids)
def test_the_interval_says_the_same_as_the_ancestors(one: str, other: str) -> None:
    ancestors = {concept.id for concept in TREE.ancestors(one)}
    assert TREE.is_within(one, other) == (one == other or other in ancestors)
    assert (TREE.concept(one) in TREE.descendants(other)) == (other in ancestors)


@given(ids)
def test_children_are_one_level_down_and_ancestors_come_nearest_first(concept_id: str) -> None:
    concept = TREE.concept(concept_id)
    assert all(child.depth == concept.depth + 1 for child in TREE.children(concept_id))
    assert [above.depth for above in TREE.ancestors(concept_id)] == list(range(concept.depth - 1, 0, -1))


def test_every_eural_code_exists_and_none_stands_twice() -> None:
    known = eural_codes()
    assert not {(concept.id, code) for concept in TREE for code in concept.eural if code not in known}
    assert not [concept.id for concept in TREE if len(set(concept.eural)) != len(concept.eural)]


@pytest.mark.parametrize("concept_id", ["wood_grade_c", "asphalt_tar", "asbestos_hazardous", "battery_lead_acid"])
def test_what_is_always_dangerous_lists_a_hazardous_code(concept_id: str) -> None:
    assert any(eural_codes()[code].hazardous for code in TREE.concept(concept_id).eural)


def test_figures_are_positive_ordered_and_sourced() -> None:
    figures = [one for concept in TREE for one in (concept.density_kg_per_m3, concept.unit_weight_kg) if one]
    assert len(figures) > 150
    assert all(figure.value > 0 and figure.source for figure in figures)
    assert all((figure.low or figure.value) <= figure.value <= (figure.high or figure.value) for figure in figures)
    assert {figure.confidence for figure in figures} == set(Confidence)


def test_a_density_is_a_density_and_a_unit_weight_is_per_piece() -> None:
    densities = {figure.basis for concept in TREE if (figure := concept.density_kg_per_m3)}
    weights = {figure.basis for concept in TREE if (figure := concept.unit_weight_kg)}
    assert (densities, weights) == ({Basis.BULK, Basis.SOLID}, {Basis.PIECE})


def test_densities_stay_within_what_matter_weighs() -> None:
    bulk = [figure.value for concept in TREE if (figure := TREE.density_of(concept.id))]
    assert all(5 <= value <= 3000 for value in bulk)
    solid = [figure.value for concept in TREE if (figure := concept.density_kg_per_m3)]
    assert all(5 <= value <= 23_000 for value in solid)


def test_a_density_comes_from_the_concept_else_from_an_ancestor_that_passes_it_on() -> None:
    own, passed_on, solid_only, not_passed_on = map(
        TREE.density_of, ("wood_shavings", "soil_unassessed", "nf_lead", "wood_beams")
    )
    assert own is not None
    assert own.value == 120
    assert passed_on == TREE.concept("soil").density_kg_per_m3
    assert solid_only is None
    assert not_passed_on is None


def test_a_unit_weight_is_never_inherited() -> None:
    weighed = TREE.unit_weight_of("pallets")
    assert weighed is not None
    assert weighed.value == 25
    assert TREE.unit_weight_of("pallets_block_special") is None


def test_families_of_several_concepts_are_sorted_and_unique() -> None:
    assert TREE.families_of(["wood_mdf", "concrete", "wood_grade_b"]) == ("minerals", "wood")


def test_an_unknown_id_is_refused_with_ids_that_look_alike() -> None:
    with pytest.raises(UnknownConcept, match="wood_grade_b"):
        TREE.concept("wood_grade_bb")


def test_the_tree_is_read_once_and_is_a_plain_collection() -> None:
    assert material_tree() is TREE
    assert isinstance(TREE, MaterialTree)
    assert [concept.first for concept in TREE] == list(range(len(TREE)))


@pytest.mark.parametrize(("text", "concept_id"), EXPECTED.items())
def test_what_people_type_means_what_the_trade_means(text: str, concept_id: str) -> None:
    assert first_of(resolve_label(text)) == concept_id


def test_text_that_names_nothing_gives_nothing() -> None:
    assert resolve_label("") == ()
    assert resolve_label("?? 12,50 --") == ()
    assert resolve_label("xyzzy", "999999") == ()


def test_without_a_label_the_eural_code_answers_with_the_most_general_first() -> None:
    found = resolve_label("xyzzy", "170504")
    assert first_of(found) == "soil"
    assert len(found) == MAX_ANSWERS
    assert [concept.depth for concept in found] == sorted(concept.depth for concept in found)


def test_a_mere_qualifier_gives_way_to_the_eural_code() -> None:
    assert first_of(resolve_label("niet elders genoemd afval")) == "residual_mixed"
    assert first_of(resolve_label("niet elders genoemd afval", "020299")) == "food_residues"


def test_the_eural_code_decides_between_phrases_of_the_same_length() -> None:
    assert first_of(resolve_label("hout/glas", "170202")) == "glass"
    assert first_of(resolve_label("hout/glas", "170201")) == "wood"
    assert first_of(resolve_label("hout/glas")) == "wood"


@given(st.text(max_size=60), st.sampled_from([None, "170504", "200301"]))
def test_any_text_is_answered_the_same_way_twice(text: str, eural: str | None) -> None:
    found = resolve_label(text, eural)
    assert found == resolve_label(text, eural)
    assert len(found) == len({concept.id for concept in found}) <= MAX_ANSWERS


def test_real_stream_names_are_understood() -> None:
    names = real_names()
    by_label = sum(bool(resolve_label(text)) for text, _ in names) / len(names)
    with_code = sum(bool(resolve_label(text, code)) for text, code in names) / len(names)
    assert by_label >= 0.97
    assert with_code >= 0.99


def test_real_stream_names_lead_to_concepts_of_their_own_eural_chapter() -> None:
    names = real_names()
    found = [(code, resolve_label(text, code)[0].eural) for text, code in names]
    same_code = sum(code in listed for code, listed in found) / len(found)
    same_chapter = sum(any(one[:2] == code[:2] for one in listed) for code, listed in found) / len(found)
    assert same_code >= 0.80
    assert same_chapter >= 0.95


def test_a_search_takes_less_than_a_millisecond() -> None:
    names = real_names()[:500]
    resolve_label("warm")
    start = time.perf_counter()
    for text, code in names:
        resolve_label(text, code)
    assert (time.perf_counter() - start) / len(names) < 0.001
