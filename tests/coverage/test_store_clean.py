"""Texts that databases choke on, cleaned at the store's border."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pressreview.coverage.article import DateClaim, DateOrigin, Outcome, Outlet, Refusal, Source, Term
from pressreview.coverage.clean import clean_text, dump_json, hide_passwords, without_passwords
from pressreview.coverage.store import Store

LOWEST_SURROGATE, HIGHEST_SURROGATE = "\ud800", "\udfff"
any_text = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    ["\0", "a\0b", "\ud83d", "\ude00\ud83d", "\ud83d\ude00", "\\u0000", "\\\0", '"\0"', "\x00" * 5]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=8,
)


def test_what_both_databases_can_hold_is_left_alone() -> None:
    text = "Łódź, 東京, ابوظبي, 🇽🇰\t\r\n\x01\ufffe"
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\0b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("\udfff", "\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\0\ud83d\ude00\ud83d", "\ufffd\U0001f600\ufffd"),
    ],
)
def test_nul_and_half_characters_are_replaced_and_halves_that_belong_together_joined(
    dirty: str, clean: str
) -> None:
    assert clean_text(dirty) == clean


@given(any_text)
def test_a_clean_text_can_be_encoded_and_stays_as_it_is(text: str) -> None:
    clean = clean_text(text)
    assert "\0" not in clean
    clean.encode()
    assert clean_text(clean) == clean


@given(json_values)
@example("\\u0000")
@example({"\0": ["\\\0", "\\u0000"]})
def test_json_is_clean_and_otherwise_says_the_same(value: Any) -> None:
    text = dump_json(value)
    assert clean_text(text) == text

    def cleaned(inner: Any) -> Any:
        if isinstance(inner, str):
            return clean_text(inner)
        if isinstance(inner, list):
            return [cleaned(one) for one in inner]
        if isinstance(inner, dict):
            return {clean_text(key): cleaned(one) for key, one in inner.items()}
        return inner

    assert json.loads(text) == cleaned(value)


def test_json_of_paths_is_their_text_even_where_a_name_is_no_utf_8() -> None:
    assert dump_json({"path": Path("a\udcff")}) == '{"path":"a\ufffd"}'


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_json_has_no_form_for_what_is_no_number(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        dump_json([number])


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://press:s3cret@db.example/press",
        "could not connect to postgres://press:s3cret@127.0.0.1:5432/x and http://a.example:80/",
        "postgresql+psycopg://:s3cret@/press",
        "http://user:s3cret@proxy.example:3128",
    ],
)
def test_passwords_in_urls_are_hidden(text: str) -> None:
    assert "s3cret" not in hide_passwords(text)
    assert ":***@" in hide_passwords(text)


@pytest.mark.parametrize(
    "text", ["https://a.example:8080/x@y", "mailto:a@b.example", "12:30@noon", "a://b@c"]
)
def test_what_holds_no_password_is_left_alone(text: str) -> None:
    assert hide_passwords(text) == text


def test_a_configuration_is_kept_as_plain_json() -> None:
    config = {"folder": Path("/data"), "weights": {2, 10, 1}, 7: (float("inf"), 1.5, None, True)}
    kept = without_passwords(config)
    assert kept == {"folder": "/data", "weights": [1, 10, 2], "7": ["inf", 1.5, None, True]}
    assert json.loads(dump_json(kept)) == kept


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.tuples(any_text, any_text), number=st.integers(0, 10**9))
def test_no_text_whatever_breaks_the_store(
    store: Store, run: str, samples: Any, words: tuple[str, str], number: int
) -> None:
    text, other = words
    name = f"{number}-{clean_text(other)}"
    outlet = Outlet(id=f"o-{text}", name=other, aliases=(text,), languages=(other,))
    article = replace(
        samples.article(name),
        **{"title": text, "text": other, "outlet": outlet.id, "authors": (text, other), "note": other},
        **{"terms": (Term(text, other, text),), "lang_votes": {text: other}, "lang": other},
        **{"dates": (DateClaim(DateOrigin.FEED, text),), "source": Source("import", text)},
    )
    judged = replace(samples.stored(name), article=article, outlet=outlet, lang=other)
    assert store.add([judged], run=run)[0] in (Outcome.STORED, Outcome.KNOWN)
    assert store.add([judged], run=run) == [Outcome.KNOWN]
    store.record_refusals(run, [Refusal(Source("import", other), text)])
    store.add_labels([samples.label(name, model=text, actors=(other,))], created_at=samples.now)

    assert name in store.known([name])
    (found,) = store.articles(ids=[name])
    assert (found.id, found.text) == (name, clean_text(other))
    assert {article.id for article in store.labelled(model=text)} >= {name}
    assert store.refusals(run)[-1] == Refusal(Source("import", clean_text(other)), clean_text(text))


def test_an_id_with_half_a_character_is_found_again(store: Store, run: str, samples: Any) -> None:
    judged = samples.stored("a\ud800")
    assert store.add([judged, judged], run=run) == [Outcome.STORED, Outcome.KNOWN]
    assert store.known(["a\ud800"]) == {"a\ufffd": False}
    assert [article.id for article in store.articles(ids=["a\ud800"])] == ["a\ufffd"]
