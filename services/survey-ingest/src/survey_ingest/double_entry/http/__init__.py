"""Routes of double entry: for the clerks who key, and for the supervisor who settles and looks on."""
