"""Pure rules of campaigns and questionnaires."""
