"""Computing the index from stored inputs."""
