"""The demo: the Hải Dương 2022 year told over real HTTP to real processes, in its own dates."""
