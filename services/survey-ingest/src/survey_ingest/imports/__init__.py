"""Files of ballots keyed elsewhere: parsed, checked row by row, stored all or not at all."""
