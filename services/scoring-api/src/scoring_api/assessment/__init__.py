"""Periods and their phases, self-assessment with evidence, appraisal, the council's session."""
