"""The immutable snapshots that services fetch by digest. Plain data; figures are decimal strings.

A consumer checks the digest of the canonical JSON before it believes a snapshot, then stores its own copy.
Plain dataclasses, so that pure domain code may take them; `parindex.contracts.loading` reads and writes them.
"""

from dataclasses import dataclass
from typing import Literal, get_args

UnitLevel = Literal["province", "department", "district", "commune"]
UNIT_LEVELS: tuple[UnitLevel, ...] = get_args(UnitLevel)
"""Levels of units that the services speak of («cấp»); the register of units knows their names and days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDocument:
    """A decision, plan or resolution («căn cứ pháp lý»); `date` is ISO or empty where none was printed."""

    number: str
    date: str
    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyedUnit:
    code: str
    name: str
    short_name: str
    level: str
    kind: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitList:
    """The units of a period as a campaign freezes them: `/internal/periods/{code}/units`."""

    schema: Literal["parindex/unit-list/1"] = "parindex/unit-list/1"
    period: str
    units: tuple[SurveyedUnit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyCell:
    """Counts of one (unit, questionnaire, respondent group, question); `total` = Σ counts, blanks apart."""

    unit: str
    questionnaire: str
    group: str
    question: str
    counts: dict[str, int]
    blank: int
    double: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceCell:
    """Counts of a question where several options may be ticked; `answered` ballots, each counted once."""

    unit: str
    questionnaire: str
    group: str
    question: str
    counts: dict[str, int]
    answered: int
    blank: int
    double: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotCount:
    """How many ballots stand behind a group («thu về, hợp lệ, không hợp lệ»); `unit` empty for a matrix."""

    questionnaire: str
    group: str
    unit: str
    quota: int
    valid: int
    invalid: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TallySnapshot:
    """Counts, never points: what a rule makes of them is scoring-api's.

    `choices` are asked for their shares and score nothing. Cells of fewer ballots than `publication_minimum`
    are for the survey and the scoring alone; None where the campaign did not say. The digest of a snapshot is
    public and most of its counts are: `salt` keeps the others from being found by trying.
    """

    schema: Literal["parindex/tally/1"] = "parindex/tally/1"
    campaign: str
    period: str
    revision: int
    questionnaires: dict[str, str]  # code → digest of the published questionnaire
    group_names: dict[str, str]  # respondent group code → Vietnamese name
    ballots: tuple[BallotCount, ...]
    cells: tuple[TallyCell, ...]
    choices: tuple[ChoiceCell, ...] = ()
    publication_minimum: int | None = None
    salt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBatch:
    batch: str
    office: str
    bag_seal: str
    ballots: int
    digest: str  # of the batch's ballots and tally
    entry: str  # the ledger entry's own digest
    sealed_at: str
    bag_seals: tuple[str, ...] = ()  # each seal number of the bag


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPart:
    """One delivery that was received («lần giao nhận»): bags may go in several, and again when corrected."""

    revision: int
    batches: tuple[str, ...]
    from_party: str
    to_party: str
    delivered_at: str
    received_at: str
    seals_intact: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealIncident:
    """A seal found broken or wrong («sự cố niêm phong»); `finding` empty while it is open."""

    number: int
    batch: str
    what: str
    observed_at: str
    finding: str
    accepted_because: str  # why the bag was received although the incident was open


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRecord:
    """The hand-over minutes as data («biên bản bàn giao phiếu»), with the head of the seal ledger.

    Later minutes of a campaign stand after a correction and name those they take the place of.
    """

    schema: Literal["parindex/handover/1"] = "parindex/handover/1"
    campaign: str
    campaign_title: str
    period: str
    from_party: str
    to_party: str
    delivered_at: str
    received_at: str
    seals_intact: bool
    note: str
    tally_revision: int
    tally_digest: str
    ledger_head: str
    batches: tuple[SealedBatch, ...]
    ballots: tuple[BallotCount, ...]
    group_names: dict[str, str]
    revision: int = 1
    supersedes: str = ""  # digest of the minutes before
    parts: tuple[HandoverPart, ...] = ()
    incidents: tuple[SealIncident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BandResult:
    code: str
    name: str
    floor: str
    printed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRule:
    """A class of the head's rating with its floors in percent; an empty floor is none."""

    code: str
    name: str
    total_floor: str
    area_floor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkPart:
    key: str
    role: Literal["group", "area"]
    name: str
    max_points: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkSummary:
    code: str
    version: int
    digest: str
    title: str
    level: str
    form_prefix: str  # A or B: the annex sheets are A1…An
    legal_basis: tuple[LegalDocument, ...]
    bands: tuple[BandResult, ...]
    ratings: tuple[RatingRule, ...]  # best first
    rating_basis: tuple[LegalDocument, ...]
    review_threshold: str
    review_basis: str
    review_areas: tuple[str, ...]  # keys of the watched areas
    review_consequence: str
    parts: tuple[FrameworkPart, ...]  # groups and areas in tree order, for the method chapter


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaResult:
    """One area of one unit; `percent` is over the leaf sources the area declares, empty if none applied."""

    key: str
    name: str
    role: Literal["group", "area"]
    max_points: str  # applicable maximum
    points: str
    percent: str
    rated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafResult:
    """One leaf of one unit: what the unit claimed, what the secretariat gave, what counts, and why."""

    key: str
    code: str
    name: str
    role: str
    depth: int
    source: str  # empty for inner nodes, which are listed too, so that a sheet prints the whole tree
    max_points: str
    self_points: str  # empty when the leaf is not self-scored
    appraised_points: str
    points: str
    reason: str
    status: str  # scored | not_applicable | not_arising | missing


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedBy:
    """The first unmet floor of the class just above the one awarded."""

    kind: Literal["total", "area"]
    key: str
    name: str
    percent: str
    floor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingResult:
    code: str
    name: str
    blocked_by: BlockedBy | None
    by_fall_through: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewResult:
    """A duty to hold a review («phải tổ chức kiểm điểm») for one area under the threshold."""

    area: str
    name: str
    percent: str
    threshold: str
    consecutive_years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResult:
    code: str
    name: str
    short_name: str  # as lists in prose name it under a common head word
    level: str
    kind: str
    head_title: str
    framework: str
    form: str  # A1…A18, B1…B12
    rank_group: str
    points: str
    applicable_max: str
    percent: str
    rank: int | None
    previous_rank: int | None
    change: int | None  # previous − current; positive rose
    previous_percent: str = ""
    percent_change: str = ""  # current − previous, in points of percent; empty where one is not known
    comparability: Literal["comparable", "partly", "not"]
    band: str
    rating: RatingResult
    reviews: tuple[ReviewResult, ...]
    next_band_distance: str  # percent points still missing; empty in the top band
    lost_points: tuple[tuple[str, str], ...]  # (leaf key, points lost), most first
    areas: tuple[AreaResult, ...]
    leaves: tuple[LeafResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """Next year's plan, part two of the report; the text is an input, never invented."""

    number: str
    date: str
    year: int
    tasks: int
    activities: int
    areas: tuple[str, ...]
    measures: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """Judgement passages the secretariat wrote («ưu điểm, tồn tại, nguyên nhân»)."""

    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseFacts:
    code: str
    name: str
    opens_at: str
    closes_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacts:
    code: str
    year: int
    title: str
    province: str
    owner_name: str
    secretariat_name: str
    legal_basis: tuple[LegalDocument, ...]
    phases: tuple[PhaseFacts, ...]
    previous_year: int | None
    finalized_at: str
    council_session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFacts:
    campaign: str
    operator: str
    plans: tuple[LegalDocument, ...]
    revision: int
    digest: str
    ballots: tuple[BallotCount, ...]
    group_names: dict[str, str]
    questionnaire_levels: dict[str, str]  # questionnaire code → level of the units it rates


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSnapshot:
    """Everything a finalized edition says; the documents are made from this and nothing else."""

    schema: Literal["parindex/result/1"] = "parindex/result/1"
    edition: int
    status: Literal["provisional", "final"]
    period: PeriodFacts
    frameworks: tuple[FrameworkSummary, ...]
    units: tuple[UnitResult, ...]  # by framework, then rank
    survey: SurveyFacts | None
    passages: Passages
    plan: PlanSummary | None
