"""Which token may be given («cấp mã truy cập»): a role with the scope it needs, for a bounded time."""

from collections.abc import Collection

from parindex.kernel.errors import DomainError, Fault

LONGEST_DAYS = 366
NEEDED_SCOPE = {"unit_officer": "units", "entry_clerk": "offices", "entry_supervisor": "offices"}
OWNED_ROLES = {"administrator", "appraiser", "council_clerk", "survey_manager"}
"""Roles that may be bound to the periods of some owners («đơn vị chủ trì»)."""
NEVER_ISSUED = {"public", "service"}


def check_grant(role: str, days: int, scopes: dict[str, Collection[str]]) -> None:
    """Raises DomainError `grant_invalid` naming every fault.

    >>> check_grant("unit_officer", 30, {"units": ["so-noi-vu"]})
    >>> check_grant("unit_officer", 900, {"units": []})
    Traceback (most recent call last):
    ...
    parindex.kernel.errors.DomainError: grant_invalid {} /days: tối đa 366 ngày; /units: vai trò này cần units
    """
    faults = []
    if role in NEVER_ISSUED:
        faults.append(Fault("/role", "role_not_issued", "vai trò này không được cấp mã truy cập"))
    if not 0 < days <= LONGEST_DAYS:
        faults.append(Fault("/days", "days_out_of_range", f"tối đa {LONGEST_DAYS} ngày"))
    needed = NEEDED_SCOPE.get(role)
    if needed and not scopes.get(needed):
        faults.append(Fault(f"/{needed}", "scope_missing", f"vai trò này cần {needed}"))
    if scopes.get("owners") and role not in OWNED_ROLES:
        faults.append(Fault("/owners", "scope_not_taken", "vai trò này không giới hạn theo đơn vị chủ trì"))
    if faults:
        raise DomainError("grant_invalid", {}, tuple(faults))
