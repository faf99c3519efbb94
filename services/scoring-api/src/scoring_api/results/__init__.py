"""Results («kết quả»): the index, its ranks, bands, ratings and what may be wrong in a printed report."""
