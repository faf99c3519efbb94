"""Contact data of respondents: apart from their answers, encrypted, deleted when their time is over."""
