"""The one table of rights: role × action × object scope. Routes declare an action, docs and tests read this.

The administrator runs the system and has no power over scores; nobody has a way past a closed window.
"""

from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"  # quản trị hệ thống (Sở Nội vụ)
    UNIT_OFFICER = "unit_officer"  # công chức của đơn vị được đánh giá
    APPRAISER = "appraiser"  # thành viên Tổ thư ký
    COUNCIL_CLERK = "council_clerk"  # thư ký Hội đồng đánh giá
    SURVEY_MANAGER = "survey_manager"  # phụ trách điều tra xã hội học (Sở Nội vụ)
    ENTRY_CLERK = "entry_clerk"  # nhân viên nhập phiếu (Bưu điện)
    ENTRY_SUPERVISOR = "entry_supervisor"  # giám sát nhập phiếu (Bưu điện)
    READER = "reader"  # hệ thống khác, người chỉ xem
    SERVICE = "service"  # dịch vụ nội bộ
    PUBLIC = "public"  # không cần mã truy cập


class Scope(StrEnum):
    ALL = "all"
    OWN_UNIT = "own_unit"  # the units named by the token
    OWN_AREAS = "own_areas"  # the areas named by the token, and never the own unit
    OWN_OFFICE = "own_office"  # batches of the post offices named by the token
    PUBLISHED = "published"  # published editions only
    PUBLISHED_AND_MINUTES = "published_and_minutes"  # those, and the minutes of every hand-over


class Action(StrEnum):
    UNIT_READ = "unit.read"
    UNIT_WRITE = "unit.write"
    FRAMEWORK_READ = "framework.read"
    FRAMEWORK_WRITE = "framework.write"
    PERIOD_READ = "period.read"
    PERIOD_WRITE = "period.write"
    PERIOD_FOLLOW = "period.follow"
    ASSESSMENT_READ = "assessment.read"
    ASSESSMENT_SUBMIT = "assessment.submit"
    ASSESSMENT_APPRAISE = "assessment.appraise"
    APPRAISAL_COMPARE = "appraisal.compare"
    ASSIGNMENT_READ = "assignment.read"
    ASSIGNMENT_WRITE = "assignment.write"
    CONFLICT_DECLARE = "conflict.declare"
    INSPECTION_WRITE = "inspection.write"
    COUNCIL_DECIDE = "council.decide"
    COMPLAINT_FILE = "complaint.file"
    COMPLAINT_READ = "complaint.read"
    PERIOD_FINALIZE = "period.finalize"
    EDITION_CORRECT = "edition.correct"
    EDITION_IMPORT = "edition.import"
    EDITION_READ = "edition.read"
    PLAN_READ = "plan.read"
    PLAN_WRITE = "plan.write"
    CHANGE_READ = "change.read"
    WEBHOOK_READ = "webhook.read"
    WEBHOOK_WRITE = "webhook.write"
    AUDIT_READ = "audit.read"
    TOKEN_READ = "token.read"  # noqa: S105 — an action's name
    TOKEN_REVOKE = "token.revoke"  # noqa: S105 — an action's name
    TOKEN_ISSUE = "token.issue"  # noqa: S105 — an action's name
    CAMPAIGN_READ = "campaign.read"
    CAMPAIGN_WRITE = "campaign.write"
    BALLOT_ENTER = "ballot.enter"
    BALLOT_REKEY = "ballot.rekey"
    ENTRY_REVIEW = "entry.review"
    ENTRY_DECIDE = "entry.decide"
    BATCH_WRITE = "batch.write"
    SERIAL_WRITE = "serial.write"
    COMMENT_READ = "comment.read"
    BATCH_SEAL = "batch.seal"
    IMPORT_WRITE = "import.write"
    CONTACT_WRITE = "contact.write"
    CONTACT_READ = "contact.read"
    CORRECTION_WRITE = "correction.write"
    INCIDENT_REPORT = "incident.report"
    INCIDENT_RESOLVE = "incident.resolve"
    HANDOVER_DELIVER = "handover.deliver"
    HANDOVER_RECEIVE = "handover.receive"
    TALLY_SEAL = "tally.seal"
    TALLY_COMPARE = "tally.compare"
    DOCUMENT_READ = "document.read"
    DOCUMENT_WRITE = "document.write"
    INTERNAL_READ = "internal.read"
    HEALTH_READ = "health.read"


POLICY: dict[Action, dict[Role, Scope]] = {
    Action.HEALTH_READ: {Role.PUBLIC: Scope.ALL},
    Action.EDITION_READ: {Role.PUBLIC: Scope.PUBLISHED, Role.COUNCIL_CLERK: Scope.ALL},
    Action.DOCUMENT_READ: {
        Role.PUBLIC: Scope.PUBLISHED,
        Role.ADMINISTRATOR: Scope.PUBLISHED_AND_MINUTES,
        Role.COUNCIL_CLERK: Scope.ALL,
        Role.SURVEY_MANAGER: Scope.PUBLISHED_AND_MINUTES,
    },
    Action.DOCUMENT_WRITE: {Role.ADMINISTRATOR: Scope.ALL},
    Action.INTERNAL_READ: {Role.SERVICE: Scope.ALL},
    Action.CHANGE_READ: {Role.PUBLIC: Scope.ALL},
    Action.WEBHOOK_READ: {Role.ADMINISTRATOR: Scope.ALL},
    Action.WEBHOOK_WRITE: {Role.ADMINISTRATOR: Scope.ALL},
    Action.AUDIT_READ: {Role.ADMINISTRATOR: Scope.ALL},
    Action.TOKEN_READ: {Role.ADMINISTRATOR: Scope.ALL},
    Action.TOKEN_REVOKE: {Role.ADMINISTRATOR: Scope.ALL},
    Action.TOKEN_ISSUE: {Role.ADMINISTRATOR: Scope.ALL},
    Action.UNIT_WRITE: {Role.ADMINISTRATOR: Scope.ALL},
    Action.UNIT_READ: {Role.PUBLIC: Scope.ALL},
    Action.FRAMEWORK_WRITE: {Role.ADMINISTRATOR: Scope.ALL},
    Action.FRAMEWORK_READ: {Role.PUBLIC: Scope.PUBLISHED, Role.ADMINISTRATOR: Scope.ALL},
    Action.PERIOD_WRITE: {Role.ADMINISTRATOR: Scope.ALL},
    Action.PERIOD_READ: {
        Role.ADMINISTRATOR: Scope.ALL,
        Role.UNIT_OFFICER: Scope.ALL,
        Role.APPRAISER: Scope.ALL,
        Role.COUNCIL_CLERK: Scope.ALL,
        Role.SURVEY_MANAGER: Scope.ALL,
        Role.READER: Scope.ALL,
    },
    # How far every unit is: for those who run the year, not for the units.
    Action.PERIOD_FOLLOW: {
        Role.ADMINISTRATOR: Scope.ALL,
        Role.APPRAISER: Scope.ALL,
        Role.COUNCIL_CLERK: Scope.ALL,
        Role.SURVEY_MANAGER: Scope.ALL,
    },
    Action.ASSESSMENT_SUBMIT: {Role.UNIT_OFFICER: Scope.OWN_UNIT},
    Action.ASSESSMENT_READ: {
        Role.UNIT_OFFICER: Scope.OWN_UNIT,
        Role.APPRAISER: Scope.ALL,
        Role.COUNCIL_CLERK: Scope.ALL,
    },
    Action.ASSESSMENT_APPRAISE: {Role.APPRAISER: Scope.OWN_AREAS},
    # Side by side: for those who judge all units, never for a unit.
    Action.APPRAISAL_COMPARE: {Role.APPRAISER: Scope.ALL, Role.COUNCIL_CLERK: Scope.ALL},
    Action.ASSIGNMENT_READ: {
        Role.ADMINISTRATOR: Scope.ALL,
        Role.APPRAISER: Scope.ALL,
        Role.COUNCIL_CLERK: Scope.ALL,
    },
    Action.ASSIGNMENT_WRITE: {Role.ADMINISTRATOR: Scope.ALL},
    Action.CONFLICT_DECLARE: {Role.APPRAISER: Scope.ALL, Role.ADMINISTRATOR: Scope.ALL},
    # Never the unit itself, nor an appraiser of it.
    Action.INSPECTION_WRITE: {Role.APPRAISER: Scope.OWN_AREAS, Role.ADMINISTRATOR: Scope.ALL},
    Action.COUNCIL_DECIDE: {Role.COUNCIL_CLERK: Scope.ALL},
    Action.COMPLAINT_FILE: {Role.UNIT_OFFICER: Scope.OWN_UNIT},
    Action.COMPLAINT_READ: {
        Role.UNIT_OFFICER: Scope.OWN_UNIT,
        Role.APPRAISER: Scope.ALL,
        Role.COUNCIL_CLERK: Scope.ALL,
    },
    Action.PERIOD_FINALIZE: {Role.COUNCIL_CLERK: Scope.ALL},
    Action.EDITION_CORRECT: {Role.COUNCIL_CLERK: Scope.ALL},
    Action.EDITION_IMPORT: {Role.ADMINISTRATOR: Scope.ALL},
    Action.PLAN_WRITE: {Role.ADMINISTRATOR: Scope.ALL},
    Action.PLAN_READ: {Role.PUBLIC: Scope.ALL},
    Action.CAMPAIGN_WRITE: {Role.SURVEY_MANAGER: Scope.ALL},
    Action.CAMPAIGN_READ: {
        Role.SURVEY_MANAGER: Scope.ALL,
        Role.ENTRY_SUPERVISOR: Scope.ALL,
        Role.ENTRY_CLERK: Scope.ALL,
        Role.COUNCIL_CLERK: Scope.ALL,
    },
    Action.BATCH_WRITE: {Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE},
    Action.SERIAL_WRITE: {Role.SURVEY_MANAGER: Scope.ALL, Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE},
    Action.COMMENT_READ: {Role.SURVEY_MANAGER: Scope.ALL, Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE},
    Action.BALLOT_ENTER: {Role.ENTRY_CLERK: Scope.OWN_OFFICE, Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE},
    # Clerks alone key a second time: a supervisor may read ballots, and a second entry is blind.
    Action.BALLOT_REKEY: {Role.ENTRY_CLERK: Scope.OWN_OFFICE},
    Action.ENTRY_REVIEW: {Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE, Role.SURVEY_MANAGER: Scope.ALL},
    Action.ENTRY_DECIDE: {Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE},
    Action.IMPORT_WRITE: {Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE},
    Action.BATCH_SEAL: {Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE},
    # Who keys a contact never reads it back; who reads one sees no ballots.
    Action.CONTACT_WRITE: {Role.ENTRY_CLERK: Scope.OWN_OFFICE, Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE},
    Action.CONTACT_READ: {Role.SURVEY_MANAGER: Scope.ALL},
    # Asked for by one of the two, decided by the other.
    Action.CORRECTION_WRITE: {Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE, Role.SURVEY_MANAGER: Scope.ALL},
    Action.INCIDENT_REPORT: {Role.ENTRY_SUPERVISOR: Scope.OWN_OFFICE, Role.SURVEY_MANAGER: Scope.ALL},
    Action.INCIDENT_RESOLVE: {Role.SURVEY_MANAGER: Scope.ALL},
    Action.TALLY_SEAL: {Role.ENTRY_SUPERVISOR: Scope.ALL},
    Action.TALLY_COMPARE: {Role.SURVEY_MANAGER: Scope.ALL},
    Action.HANDOVER_DELIVER: {Role.ENTRY_SUPERVISOR: Scope.ALL},
    Action.HANDOVER_RECEIVE: {Role.SURVEY_MANAGER: Scope.ALL},
}

OF_A_PERIOD = frozenset(
    {
        Action.PERIOD_READ,
        Action.PERIOD_WRITE,
        Action.PERIOD_FOLLOW,
        Action.ASSESSMENT_READ,
        Action.ASSESSMENT_APPRAISE,
        Action.APPRAISAL_COMPARE,
        Action.ASSIGNMENT_READ,
        Action.ASSIGNMENT_WRITE,
        Action.CONFLICT_DECLARE,
        Action.INSPECTION_WRITE,
        Action.COUNCIL_DECIDE,
        Action.COMPLAINT_READ,
        Action.PERIOD_FINALIZE,
        Action.EDITION_CORRECT,
        Action.EDITION_READ,
    }
)
"""What an account bound to the periods of some owners may do beyond the public; the rest concerns all."""


def scope_of(role: Role, action: Action) -> Scope | None:
    """The scope in which `role` may do `action`; None when it may not. Everyone may what the public may."""
    row = POLICY[action]
    return row.get(role) or row.get(Role.PUBLIC)
