"""Acts of custody: sealing a bag, handing the sealed bags over, checking the ledger."""
