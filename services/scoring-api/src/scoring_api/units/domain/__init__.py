"""Rules of the unit register: dated facts, identifiers, successions, matching of names; no database."""
