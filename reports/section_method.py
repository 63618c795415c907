"""The ground that the figures stand on: what was collected, what was not seen, and how to read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from .charts import About, Bar, bars
from .common import part_of, source_line
from .document import Bullets, Note, NoteKind, Section, bullets, paragraph, strong, text
from .measured import Numbers
from .measures import ENOUGH_EXPECTED, SMALL, undated_seen
from .observation import Observed
from .svg import BLUE, GREY, RUST
from .tables import counted, named, shared, table_of, written
from .wording import COVERAGE_NAMES, STATUS_NAMES, count, listed, number, share


def collected_section(numbers: Numbers) -> Section:
    """From articles seen to articles with corruption, and what makes the figures less sure than they look."""
    t = numbers.totals
    steps = [
        ("Articles seen", t.seen, 0, "on any subject, of every outlet followed"),
        ("Let in by the gate", t.passed, t.seen, "words or situations of trafficking in the text"),
        ("Read by the classifier", t.labelled, t.passed, f"and published in {numbers.year}"),
        ("On trafficking", t.articles, t.labelled, "by the classifier’s label"),
        ("With corruption tied to it", t.corruption, t.articles, "by the classifier’s label"),
    ]
    frame = pl.DataFrame(steps, schema=["key", "n", "before", "what"], orient="row")
    funnel = table_of(
        frame,
        [
            named("Step", weight=1.6),
            counted("Articles", "n"),
            shared("Share of the step before", "n", "before"),
            written("What it is", lambda r: r["what"], weight=2.6),
        ],
        table_id="table-steps",
        caption=f"From what was seen to what is told, {numbers.year}",
        notes=_denominator_notes(numbers),
    )
    said = paragraph(
        f"{count(t.seen, 'article')} of {count(t.outlets_seen, 'outlet')} were seen. A cheap multilingual "
        f"gate let in {number(t.passed)} of them; a classifier read what was let in. What the gate drops "
        "is counted and not kept: it is the denominator of every share of output."
    )
    return Section("collected", "What was collected", (said, funnel), (_doubts_section(numbers),))


def _denominator_notes(numbers: Numbers) -> tuple[str, ...]:
    """Notes on denominators that do not fit their numerators."""
    notes = []
    undated = undated_seen(numbers.corpus)
    if undated:
        notes.append(f"{count(undated, 'article')} seen on no day that can be believed: in no month.")
    if numbers.totals.labelled > numbers.totals.passed:
        notes.append(
            "More articles were read than the year’s counts let in: some were let in before the counts were "
            "kept, or count under another year."
        )
    return tuple(notes)


def _doubts_section(numbers: Numbers) -> Section:
    """What makes the figures less sure than they look."""
    if not numbers.doubts:
        return Section("doubts", "What to be careful with", (paragraph("Nothing stands out in the data."),))
    frame = pl.DataFrame(
        [(d.name, d.count, d.whole, d.meaning) for d in numbers.doubts],
        schema=["key", "n", "whole", "meaning"],
        orient="row",
    )
    table = table_of(
        frame,
        [
            written("Doubt", lambda r: str(r["key"]).capitalize(), weight=1.6),
            counted("Articles", "n", mark=False),
            counted("Of", "whole", mark=False),
            shared("Share", "n", "whole"),
            written("What it means", lambda r: str(r["meaning"]).capitalize() + ".", weight=3.2),
        ],
        table_id="table-doubts",
        caption="What makes the figures less sure than they look",
    )
    return Section("doubts", "What to be careful with", (table,))


def coverage_section(numbers: Numbers) -> Section:
    """How the articles that were read were labelled."""
    whole = numbers.totals.labelled
    colours = {"unrelated": GREY, "trafficking_only": BLUE, "trafficking_corruption": RUST}
    series = tuple((COVERAGE_NAMES[key], colour) for key, colour in colours.items())
    rows = [
        Bar(
            COVERAGE_NAMES[r["key"]],
            tuple(float(r["articles"]) if r["key"] == key else 0.0 for key in colours),
            part_of(r["articles"], whole),
        )
        for r in numbers.coverage.iter_rows(named=True)
    ]
    about = About(
        "chart-coverage",
        f"{share(numbers.totals.corruption, numbers.totals.articles)} of the articles on trafficking tie "
        "corruption to it",
        "Three bars: articles read that are not on trafficking, on trafficking with no corruption told, "
        "and on trafficking with corruption.",
        source_line(whole, "articles read"),
    )
    table = table_of(
        numbers.coverage,
        [
            named("Label", names=COVERAGE_NAMES),
            counted("Articles", "articles"),
            shared("Share of articles read", "articles", whole),
        ],
        table_id="table-coverage",
        caption="Articles read by label",
        notes=(
            "Not on trafficking: let in by the gate for its words, and then found by the classifier to be on "
            "something else. These articles are in articles.csv with their label, and in no other figure.",
        ),
        folded=True,
    )
    chart = bars(rows, replace(about, table=table), series=series, legend=False)
    return Section("coverage", "Trafficking and corruption", (chart,))


def unseen_section(numbers: Numbers) -> Section:
    """Countries with no article: followed and none found, not enough seen, not observed at all."""
    frame = numbers.countries
    counts = dict(frame.group_by("status").len().iter_rows())
    table = table_of(
        pl.DataFrame(
            {"key": [str(s) for s in Observed], "n": [int(counts.get(str(s), 0)) for s in Observed]}
        ),
        [
            named("Countries and territories", names=_STATUS_TITLES, weight=1.4),
            counted("Number", "n", mark=False),
            written("What it means", lambda r: _STATUS_MEANINGS[r["key"]], weight=3.4),
        ],
        table_id="table-status",
        caption=f"What can be said of the {frame.height} countries and territories of ISO 3166-1",
    )
    lists = [
        _names(frame, status)
        for status in (Observed.NONE_FOUND, Observed.NOT_ENOUGH_SEEN, Observed.NOT_OBSERVED)
        if counts.get(str(status))
    ]
    return Section("unseen", "What is not seen", (_UNSEEN_WORDS, table), tuple(lists))


_UNSEEN_WORDS: Final = paragraph(
    "No article found is not silence. Of a country whose press is not followed nothing can be said; of one "
    "that is followed but little seen, hardly more. Only where enough of a country’s own press was seen is "
    "none found a finding, and then it may still lie with the gate or the classifier."
)
_STATUS_TITLES: Final = {key: name.capitalize() for key, name in STATUS_NAMES.items()}
_STATUS_MEANINGS: Final = {
    "articles": "At least one article tells of trafficking there.",
    "none_found": f"Enough of its own press was seen (at the year’s rate, at least {ENOUGH_EXPECTED:g} "
    "articles would be expected), and none tells of trafficking there.",
    "not_enough_seen": "Some of its own press was seen, too little for none found to mean anything.",
    "not_observed": "No article of any outlet in the country was seen.",
}


def _names(frame: pl.DataFrame, status: Observed) -> Section:
    """The countries of one status, by region."""
    rows = frame.filter(pl.col("status") == str(status)).sort("region", "name")
    items = []
    for region in rows["region"].unique(maintain_order=True).to_list():
        names = rows.filter(pl.col("region") == region)["name"].to_list()
        items.append((strong(f"{region or 'No region'} ({len(names)}): "), ", ".join(names) + "."))
    return Section(f"status-{status}".replace("_", "-"), _STATUS_TITLES[str(status)], (bullets(*items),))


def uncorrected_note(model: str) -> Note:
    """The caution of the first page."""
    return Note(
        NoteKind.CAUTION,
        "Uncorrected figures.",
        text(
            f"Every figure counts labels that a classifier ({model}) gave. It errs, in some languages more "
            "than in others, and no random sample has yet been labelled by people to correct the figures "
            "for it: shares may be too high or too low, and no interval can be given. All counts are of "
            "articles in the press, never of cases or victims."
        ),
    )


def method_section(numbers: Numbers) -> Section:
    """How the figures come about, what they cannot say, and how to make them again."""
    return Section(
        "method",
        "Method and limits",
        (),
        (
            Section("how", "How the figures come about", (_how(),)),
            Section("limits", "What they cannot say", (_limits(numbers),)),
            Section("again", "How to make this report again", (_again(),)),
            Section("sources", "Sources", (_sources(),)),
        ),
    )


def limits_section(numbers: Numbers) -> Section:
    """What the figures cannot say, for a briefing; the method stands in the annual review."""
    return Section("limits", "What the figures cannot say", (_limits(numbers),))


def _how() -> Bullets:
    """The line from feed to figure."""
    return bullets(
        "Articles come from the feeds of outlets in feeds.yaml and from imported files. Each is stored once "
        "under its canonical address, with where it came from.",
        "The gate looks for words and situations of trafficking in many languages. Only what it lets in is "
        "kept and read; everything else is counted by outlet, day and language.",
        "The classifier gives each article one coverage label, any number of actors and one level of "
        "corruption, by the codebook (docs/codebook.md). A mere allegation counts, and so does its denial.",
        "Corruption is the abuse of entrusted power for private gain (Transparency International); "
        "trafficking is as in Article 3 of the Palermo Protocol.",
        "Countries told of are read from names, demonyms and capitals in the text. The day of publication is "
        "chosen by a written rule from the claims of feed, page and address; an article with no believable "
        "day is in no year’s report.",
    )


def _limits(numbers: Numbers) -> Bullets:
    """What a reader must not read into the figures."""
    return bullets(
        "Shares are not corrected for the classifier’s errors, and carry no interval yet.",
        f"Counts under {SMALL} are marked, and no percentage is given where the denominator is under "
        f"{SMALL}.",
        "Articles are not independent: wire copies and reprints of one story count each. Much coverage may "
        "mean much trafficking, a free press, or one large story.",
        "The outlets followed are not a sample of the world’s press. A comparison between countries compares "
        "what is written and what is followed, both.",
        f"A month counts as seen where at least {ENOUGH_EXPECTED:g} articles would be expected in it at the "
        "year’s rate; months are not adjusted for weekdays or holidays.",
        f"{count(numbers.totals.summaries, 'article')} on trafficking "
        f"{'was' if numbers.totals.summaries == 1 else 'were'} judged on a summary alone.",
        "No name is taken from the text of an article. Headlines are the publishers’ and may name people; "
        "whoever passes them on should look at each. Victims are not to be identified.",
    )


def _again() -> Bullets:
    """What the report depends on, and nothing else."""
    return bullets(
        "The same store, the same version of the software and the same time of making give the same bytes in "
        "every file. The imprint names the model, the codebook, the version and the snapshot: a digest of "
        "every article, label and count that went in.",
        "articles.csv lists every article read with its address and its label, so that each figure can be "
        "counted again. Columns are explained in docs/report.md.",
    )


def _sources() -> Bullets:
    """Whose facts and ideas stand in the report."""
    return bullets(
        "Country codes: ISO 3166-1. Regions: UN M49. Names: Unicode CLDR. Outlines: Natural Earth (public "
        "domain). Neither names nor borders say anything on the status of a territory.",
        "Months and countries with too little seen: the rule of three (Hanley and Lippman-Hand, JAMA 249, "
        "1983).",
        "What a global review of the press should tell: "
        + listed(
            [
                "Liberty Shared, On Thin Ice: Proving What We Know to be True (2018)",
                "Fondation Scelles, International Press Overview on Prostitution (2017)",
            ]
        )
        + ".",
    )
