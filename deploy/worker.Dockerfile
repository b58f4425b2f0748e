# Workers of a batch job as an image: the command line with its models, not root, root file system may be read-only.
#   docker build -t ner-worker:2.0.0 -f deploy/worker.Dockerfile .
#   docker run --rm --read-only --tmpfs /tmp -e NER_NATS=nats://nats:4222 ner-worker:2.0.0 worker --job default
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH=amd64
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig LICENSE ./
COPY protos protos
COPY models models
COPY src src
# The sentences that `ner bench` measures with are part of the program.
COPY tests/data/news.txt tests/data/news.txt
RUN dotnet publish src/NerService.Cli -c Release -a $TARGETARCH --self-contained false -o /app

FROM mcr.microsoft.com/dotnet/runtime:10.0-noble-chiseled
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
    DOTNET_EnableDiagnostics=0 \
    ORT_DISABLE_TELEMETRY=1
WORKDIR /app
COPY --from=build /app .
USER $APP_UID
ENTRYPOINT ["/app/ner"]
CMD ["worker"]
