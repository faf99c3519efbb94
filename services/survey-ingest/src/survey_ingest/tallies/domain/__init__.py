"""Pure rules of tallies: counting, adding up, how much may be shown, how exact a share is."""
