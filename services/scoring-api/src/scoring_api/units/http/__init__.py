"""Routes of the unit register; fixed words of addresses come before codes of units."""

from scoring_api.units.http import levels, resolving, successions, tables, units

routers = [levels.router, successions.router, resolving.router, tables.router, units.router]
