//! What a laptop needs that a cloud account would give: a private PostgreSQL and an S3 endpoint.
