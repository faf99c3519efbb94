"""Planning a survey, its questionnaires, its serials and its samples."""
