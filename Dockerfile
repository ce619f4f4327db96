# syntax=docker/dockerfile:1
# One image for every program: each service, the edge, the command line. Which one a container is, its command says.
#
#   docker build --tag joint .
#   docker run joint valine --version

FROM node:20-bookworm-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY web/ ./
COPY docs/openapi.json ../docs/openapi.json
RUN npm run --silent build -- --logLevel warn

FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock rustfmt.toml clippy.toml ./
COPY events/ events/
COPY shared/ shared/
COPY services/ services/
COPY infra/ infra/
COPY tests/ tests/
COPY docs/openapi.json docs/openapi.json
# Dependencies and what was built before lie in caches of the builder, and in no layer.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    cargo build --release --locked --workspace --bins && \
    mkdir /programs && \
    find target/release -maxdepth 1 -type f -executable ! -name 'valine-*' -exec cp {} /programs/ \; && \
    strip /programs/*

# A C library, certificates, the time zones, and busybox, by which a container is asked whether it is well. Not root.
FROM gcr.io/distroless/cc-debian12:debug-nonroot
LABEL org.opencontainers.image.title="Joint" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /programs/ /usr/local/bin/
COPY --from=web /build/web/dist/ /srv/web/
ENV HOST=0.0.0.0 PORT=8080 VALINE_WEB=/srv/web VALINE_ROOT=/tmp/valine
EXPOSE 8080
USER nonroot
ENTRYPOINT []
CMD ["valine", "--help"]
