"""The register of parties: persons and organisations that ask and receive, over all funds."""
