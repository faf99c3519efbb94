"""SQL of periods, assessments, acts, evidence and the council's session."""
