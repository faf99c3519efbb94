"""Prints docs/rights.md from the table of rights and the routes. Run as a module to renew the page."""

from collections import defaultdict

from parindex.auth.policy import POLICY, Action, Role, Scope
from parindex.http.wording import ROLES
from tests.architecture.apps import all_routes
from tests.architecture.tree import ROOT

PAGE = ROOT / "docs/rights.md"

SCOPES = {
    Scope.ALL: "mọi đối tượng",
    Scope.OWN_UNIT: "đơn vị ghi trong mã",
    Scope.OWN_AREAS: "lĩnh vực ghi trong mã, không bao giờ là đơn vị mình",
    Scope.OWN_OFFICE: "bưu cục ghi trong mã",
    Scope.PUBLISHED: "bản đã công bố",
    Scope.PUBLISHED_AND_MINUTES: "bản đã công bố và biên bản bàn giao",
}


def _holders(action: Action) -> str:
    return "; ".join(f"`{role.value}`: {SCOPES[scope]}" for role, scope in POLICY[action].items())


def render() -> str:
    """The page: who is who, who may do what, and which route asks for which right."""
    routes = defaultdict(set)
    for route in all_routes():
        routes[route.action].add(f"`{route.method} {route.path}`")
    lines = [
        "# Bảng quyền (table of rights)",
        "",
        "Generated from `parindex.auth.policy` and the routes; a test holds it to them. A role without a row",
        "has no right; everyone may do what the public may. There is no way past a closed window.",
        "",
        "| role | vai trò |",
        "|---|---|",
        *(f"| `{role.value}` | {ROLES[role]} |" for role in Role),
        "",
        "| action | who, in which scope | routes |",
        "|---|---|---|",
        *(
            f"| `{action.value}` | {_holders(action)} | {'<br>'.join(sorted(routes[action.value]))} |"
            for action in Action
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
