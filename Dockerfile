# Builds with the committed lock file, runs without a shell, a package manager or root.
FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
RUN cargo build --locked --release --bin portcullis && mkdir /empty

FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="Portcullis" \
      org.opencontainers.image.description="An OAuth 2.0 and OpenID Connect identity server" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /source/target/release/portcullis /usr/local/bin/portcullis
COPY --from=build --chown=65532:65532 /empty /data
ENV PORTCULLIS_DATA_DIR=/data \
    PORTCULLIS_SERVER__LISTEN=0.0.0.0:8484
USER 65532:65532
VOLUME /data
EXPOSE 8484
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["portcullis", "healthcheck"]
ENTRYPOINT ["portcullis"]
CMD ["serve"]
