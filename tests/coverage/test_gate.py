"""The gate on texts: what it lets in, what it keeps out and what it says about it. Every text here is made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pressreview.coverage.article import Term
from pressreview.coverage.gate import Gate

SMALL = """
groups: {lure: l, job: j, site: s, debt: d, kin: k}
rules:
  - {id: lured-to-a-job, all: [lure, job], within: 40}
weighing: {within: 100, at_least: 3, weights: {site: 1.5, debt: 1.0, kin: 1.0}}
languages:
  en:
    name: English
    markers: [the, and, of, was, in, with, his, which, from, have]
    trafficking: {strict: [human traffick*, slave labour], broad: [trafficked]}
    situation: [brothel*]
    corruption: [bribe*]
    groups: {lure: [lured], job: [job$], site: [kiln], debt: [debt], kin: [aunt]}
    decoys: [brothel creeper*]
  fr:
    name: French
    markers: [le, la, les, des, et, dans, pour, avec, une, est]
    trafficking: {strict: [traite des femmes]}
    situation: [bordel]
    corruption: [pot de vin]
    groups: {lure: [appât*], job: [emploi*], site: [four$], debt: [dette*], kin: [tante]}
  ru:
    name: Russian
    match: stem
    markers: [и$, не$, что$, это$, его$]
    trafficking: {strict: [торговл людьми]}
    corruption: [взятк]
    groups: {lure: [обман], job: [работ], site: [завод], debt: [долг$], kin: [тетк]}
  ar:
    name: Arabic
    match: stem
    proclitics: [ال, ب, وال]
    trafficking: {strict: [اتجار بالبشر]}
    corruption: [رشوة]
  zh:
    name: Chinese
    compact: 0.5
    markers: [的, 了]
    trafficking: {strict: [人口贩卖]}
    corruption: [贿赂]
    groups: {lure: [诱骗], job: [工作]}
  vi:
    name: Vietnamese
    marked: true
    markers: [và, của, là]
    trafficking: {strict: [bán thận]}
    corruption: [hối lộ]
han: [販贩賣卖]
aliases: {nb: fr}
"""
ENGLISH = "The mayor was in the town with his sister and the weather of the day was fine. "
FRENCH = "Le maire est dans la ville avec une dame et les enfants des voisins pour la fête. "


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """A gate with a handful of terms, so that a test sees one rule at a time."""
    path: Path = tmp_path_factory.mktemp("gate") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return Gate.load(path)


@pytest.fixture(scope="session")
def gate() -> Gate:
    """The gate in service."""
    return Gate.load()


def test_a_term_lets_a_text_in_and_is_reported_with_language_and_kind(small: Gate) -> None:
    result = small.check("Two held over human trafficking; a bribe was paid")
    assert result.passed
    assert result.trafficking == (Term("human traffick*", "en", "trafficking"),)
    assert result.corruption == (Term("bribe*", "en", "corruption"),)


def test_each_term_is_reported_once_in_order_of_appearance(small: Gate) -> None:
    result = small.check("Brothel raided. Human trafficking alleged. Brothels shut.")
    assert [term.term for term in result.trafficking] == ["brothel*", "human traffick*"]


def test_corruption_alone_lets_nothing_in(small: Gate) -> None:
    result = small.check("The minister took a bribe")
    assert not result.passed
    assert result.corruption == ()


@pytest.mark.parametrize(
    "text", ["the human traffic", "inhuman trafficking", "slave labours", "human.traffick"]
)
def test_words_begin_and_end_where_the_term_says(small: Gate, text: str) -> None:
    assert small.check(text).passed is (text == "human.traffick")


@pytest.mark.parametrize("text", ["торговля людьми", "о торговле людьми", "торговлей, людьми"])
def test_a_stem_takes_any_ending(small: Gate, text: str) -> None:
    assert small.check(text).passed


def test_a_stem_takes_no_other_beginning(small: Gate) -> None:
    assert not small.check("работорговля людьмил торговл").passed


def test_a_script_without_spaces_is_searched_anywhere(small: Gate) -> None:
    assert small.check("警方称人口贩卖案已破").passed


def test_traditional_characters_are_read_as_simplified(small: Gate) -> None:
    assert small.check("警方稱人口販賣案已破").passed


def test_proclitics_may_stand_before_a_term_and_nothing_else_may(small: Gate) -> None:
    assert small.check("مكافحة الاتجار بالبشر").passed
    assert small.check("والاتجار بالبشر").passed
    assert not small.check("سساتجار بالبشر").passed


def test_broad_terms_count_only_at_broad(small: Gate) -> None:
    text = ENGLISH + "She was trafficked."
    assert small.check(text).passed
    assert not small.check(text, strength="strict").passed


def test_groups_near_one_another_let_a_text_in_by_a_rule(small: Gate) -> None:
    result = small.check(ENGLISH + "She was lured with a job.")
    assert [term.term for term in result.trafficking] == ["lured", "job$"]
    assert {term.kind for term in result.trafficking} == {"situation"}


def test_groups_far_from_one_another_do_not(small: Gate) -> None:
    assert not small.check(ENGLISH + "She was lured. " + ENGLISH + "He has a job.").passed


def test_groups_of_two_languages_do_not_make_a_rule(small: Gate) -> None:
    assert not small.check(ENGLISH + FRENCH + "She was lured, emploi.").passed


def test_rules_do_not_count_at_strict(small: Gate) -> None:
    assert not small.check(ENGLISH + "She was lured with a job.", strength="strict").passed


def test_a_window_is_narrower_where_the_script_is_denser(small: Gate) -> None:
    near, far = "他被诱骗去工作", "他被诱骗" + "的" * 30 + "工作"
    assert small.check(near).passed
    assert not small.check(far).passed


def test_groups_that_weigh_enough_together_let_a_text_in(small: Gate) -> None:
    assert small.check(ENGLISH + "An aunt left him at the kiln for a debt.").passed
    assert not small.check(ENGLISH + "An aunt left him at the kiln.").passed


def test_a_group_weighs_once_however_often_it_stands_there(small: Gate) -> None:
    assert not small.check(ENGLISH + "The kiln, a kiln, one more kiln.").passed


def test_groups_outside_the_window_do_not_weigh(small: Gate) -> None:
    assert not small.check(ENGLISH + "An aunt. " + ENGLISH * 2 + "A kiln. " + ENGLISH * 2 + "A debt.").passed


def test_a_short_term_counts_only_in_its_language(small: Gate) -> None:
    assert small.check(FRENCH + "Un bordel.").passed
    assert not small.check(ENGLISH + "Quel bordel.").passed


def test_a_long_term_counts_in_a_text_of_another_language(small: Gate) -> None:
    assert small.check(ENGLISH + "La traite des femmes.").passed


@pytest.mark.parametrize("hint", ["fr", "fr-CA", "FR_be", "nb"])
def test_the_hint_makes_a_language_plausible(small: Gate, hint: str) -> None:
    assert small.check(ENGLISH + "Quel bordel.", lang=hint).passed


@pytest.mark.parametrize("hint", ["", "en", "de", "xx", "not a code"])
def test_a_wrong_or_empty_hint_loses_nothing(small: Gate, hint: str) -> None:
    assert small.check(FRENCH + "Un bordel.", lang=hint).passed


def test_a_footer_in_another_script_hides_nothing(small: Gate) -> None:
    text = "Его обманом взяли на работу и не платили, что это его долг."
    assert small.check(text + ENGLISH * 5).passed


def test_a_decoy_covers_the_term_inside_it(small: Gate) -> None:
    assert not small.check("He wore brothel creepers").passed
    assert small.check("He wore brothel creepers to the brothel").passed


def test_accents_decide_where_they_tell_words_apart(small: Gate) -> None:
    assert small.check("Anh ta và vợ là người bán thận của mình").passed
    assert not small.check("Anh ta và vợ là bản thân của mình").passed
    assert small.check("anh ta va vo la nguoi ban than cua minh", lang="vi").passed


def test_a_raw_page_is_read_through_its_tags_and_entities(small: Gate) -> None:
    assert small.check_page("<html><body><p>Two held over <b>human</b> traf&#102;icking</p></body></html>")
    assert not small.check_page("<html><body class='human trafficking'><p>Two held</p></body></html>")


def test_no_text_lets_nothing_in(small: Gate) -> None:
    assert not small.check("").passed
    assert not small.check_page("")


PLAIN = [
    ("en", "Constables freed nine women from a brothel above a shop."),
    ("es", "La fiscalía acusa a cuatro personas de trata de personas."),
    ("fr", "Le parquet a ouvert une enquête pour traite des êtres humains."),
    ("pt", "Os fiscais acharam oito homens em trabalho escravo na fazenda."),
    ("de", "Gegen drei Männer wird wegen Menschenhandels ermittelt."),
    ("ru", "Следствие возбудило дело о торговле людьми."),
    ("ar", "أحالت النيابة ثلاثة متهمين بالاتجار بالبشر إلى المحكمة."),
    ("zh", "警方破獲一個人口販賣集團。"),
    ("ja", "人身売買の疑いで三人を逮捕した。"),
    ("ko", "경찰은 인신매매 혐의로 세 명을 체포했다."),
    ("hi", "पुलिस ने मानव तस्करी के आरोप में तीन लोगों को पकड़ा।"),
    ("th", "ตำรวจจับกุมผู้ต้องหาคดีค้ามนุษย์สามคน"),
    ("my", "လူကုန်ကူးမှုဖြင့် သုံးဦးကို ဖမ်းဆီးခဲ့သည်။"),
    ("vi", "Công an bắt ba người về tội mua bán người."),
    ("id", "Polisi menangkap tiga orang dalam kasus perdagangan orang."),
    ("sw", "Polisi wamewakamata watu watatu kwa biashara haramu ya binadamu."),
    ("am", "ፖሊስ በሕገ ወጥ የሰዎች ዝውውር ሦስት ሰዎችን ያዘ።"),
    ("tr", "İnsan ticareti suçundan üç kişi tutuklandı."),
    ("fi", "Kolmea epäillään ihmiskaupasta."),
    ("hu", "Emberkereskedelem miatt három férfit vádolnak."),
    ("el", "Τρεις συλλήψεις για εμπορία ανθρώπων."),
    ("he", "שלושה נעצרו בחשד לסחר בבני אדם."),
    ("ka", "სამი პირი ტრეფიკინგისთვის დააკავეს."),
    ("sr", "Троје ухапшено због трговине људима."),
]


@pytest.mark.parametrize(("lang", "text"), PLAIN, ids=[lang for lang, _ in PLAIN])
@pytest.mark.parametrize("strength", ["broad", "strict"])
def test_a_plain_report_passes_at_both_strengths_without_a_hint(
    gate: Gate, lang: str, text: str, strength: str
) -> None:
    result = gate.check(text, strength=strength)  # type: ignore[arg-type]
    assert result.passed
    assert lang in {term.lang for term in result.trafficking}


SITUATIONS = [
    "The agency told her that she would look after one child in the Gulf. The woman of the house took her passport "
    "and her phone, and locked the kitchen door at night. For eleven months she was never paid.",
    "El dueño del taller guardaba los pasaportes en una caja. Dormían en colchones junto a las máquinas, catorce "
    "horas diarias, hasta saldar la deuda del viaje.",
    "Le patron gardait les passeports. Les ouvriers dormaient sur des matelas dans un hangar, quatorze heures par "
    "jour, sans salaire, pour rembourser le voyage.",
    "Паспорта лежали у владельца цеха. Рабочие спали на матрасах в подвале, работали по четырнадцать часов в день без "
    "выходных и отрабатывали долг за дорогу.",
    "老板收走了他们的护照和手机,把他们锁在仓库里,每天工作十六个小时,说要先还清路费。",
    "Majikan mengambil paspor dan ponselnya, lalu mengunci pintu dapur setiap malam. Sebelas bulan ia tidak dibayar.",
]


@pytest.mark.parametrize("text", SITUATIONS)
def test_a_situation_passes_at_broad_without_the_word(gate: Gate, text: str) -> None:
    assert gate.check(text).passed
    assert not gate.check(text, strength="strict").passed


ORDINARY = [
    "The council voted on Tuesday to mend the bridge over the river. Work begins in spring and will take a year.",
    "Police arrested four men over a cocaine trafficking ring in the port.",
    "El equipo ganó dos a uno en el último minuto y sube al segundo puesto de la tabla.",
    "Se trata de un proyecto para ampliar la biblioteca del barrio.",
    "Der Stadtrat hat den Haushalt für das nächste Jahr beschlossen.",
    "Правительство обсудило цены на нефть и бюджет на следующий год.",
    "央行宣布下调利率,股市随后上涨。",
    "नगर निगम ने नई सड़क का उद्घाटन किया।",
]


@pytest.mark.parametrize("text", ORDINARY)
@pytest.mark.parametrize("strength", ["broad", "strict"])
def test_ordinary_news_is_kept_out(gate: Gate, text: str, strength: str) -> None:
    assert not gate.check(text, strength=strength).passed  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=400), hint=st.text(max_size=6))
def test_any_text_gets_the_same_answer_twice(gate: Gate, text: str, hint: str) -> None:
    for strength in ("broad", "strict"):
        first = gate.check(text, lang=hint, strength=strength)  # type: ignore[arg-type]
        assert first == gate.check(text, lang=hint, strength=strength)  # type: ignore[arg-type]
        assert first.passed is bool(first.trafficking)
    assert isinstance(gate.check_page(text), bool)


@settings(max_examples=100, deadline=None)
@given(
    before=st.text(max_size=300),
    after=st.text(max_size=300),
    lang_and_text=st.sampled_from(PLAIN),
)
def test_more_text_around_a_report_never_loses_it(
    gate: Gate, before: str, after: str, lang_and_text: tuple[str, str]
) -> None:
    text = f"{before}\n{lang_and_text[1]}\n{after}"
    assert gate.check(text).passed
    assert gate.check(text, strength="strict").passed
