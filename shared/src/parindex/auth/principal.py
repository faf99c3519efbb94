"""The caller as a token describes it: a role with its object scope; an account, never a person's name."""

from dataclasses import dataclass, field

from parindex.auth.policy import OF_A_PERIOD, Action, Role, Scope, scope_of
from parindex.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Principal:
    """`units`, `areas` and `offices` bound the role's scope where its table row says so.

    `owners` bound it to the periods that these units own («đơn vị chủ trì»); none: the province's account.
    """

    subject: str
    role: Role
    units: frozenset[str] = field(default_factory=frozenset)
    areas: frozenset[str] = field(default_factory=frozenset)
    offices: frozenset[str] = field(default_factory=frozenset)
    owners: frozenset[str] = field(default_factory=frozenset)


PUBLIC = Principal("public", Role.PUBLIC)


def authorize(principal: Principal, action: Action) -> Scope:
    """The scope the caller has for the action.

    Raises DomainError `token_required` for an anonymous caller, `forbidden` for a role without the right,
    `province_only` for what concerns every period where the caller has some owners' alone.
    """
    scope = scope_of(principal.role, action)
    if scope is None:
        if principal.role is Role.PUBLIC:
            raise DomainError("token_required")
        raise DomainError("forbidden", {"role": principal.role.value, "action": action.value})
    return _outside_a_period(action) if principal.owners and action not in OF_A_PERIOD else scope


def _outside_a_period(action: Action) -> Scope:
    """The scope of an account bound to owners where no period is known: the public's, if it has one.

    Raises DomainError `province_only`.
    """
    scope = scope_of(Role.PUBLIC, action)
    if scope is None:
        raise DomainError("province_only", {"action": action.value})
    return scope


def authorize_unit(principal: Principal, action: Action, unit: str) -> None:
    """Object scope for a unit: an officer acts for the own unit only, and nobody appraises the own unit.

    Raises DomainError `foreign_unit` or `own_unit`.
    """
    scope = authorize(principal, action)
    if scope is Scope.OWN_UNIT and unit not in principal.units:
        raise DomainError("foreign_unit", {"unit": unit})
    if scope is Scope.OWN_AREAS and unit in principal.units:
        raise DomainError("own_unit", {"unit": unit})


def authorize_area(principal: Principal, action: Action, area: str) -> None:
    """Object scope for an area of the framework. An appraiser without named areas has them all.

    Raises DomainError `foreign_area`.
    """
    scope = authorize(principal, action)
    if scope is Scope.OWN_AREAS and principal.areas and area not in principal.areas:
        raise DomainError("foreign_area", {"area": area})


def authorize_office(principal: Principal, action: Action, office: str) -> None:
    """Object scope for a post office («bưu cục»). Raises DomainError `foreign_office`."""
    scope = authorize(principal, action)
    if scope is Scope.OWN_OFFICE and principal.offices and office not in principal.offices:
        raise DomainError("foreign_office", {"office": office})


def authorize_owner(principal: Principal, owner: str) -> None:
    """Object scope for a period by the unit that owns it. A caller without named owners has them all.

    Raises DomainError `foreign_owner`.
    """
    if principal.owners and owner not in principal.owners:
        raise DomainError("foreign_owner", {"owner": owner or "cấp tỉnh"})
