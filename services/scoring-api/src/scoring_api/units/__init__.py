"""The register of assessed units: stable codes, dated names, aliases."""
