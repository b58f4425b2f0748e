# The service as an image: no shell, no package manager, not root, root file system may be read-only.
#   docker build -t ner-service:2.0.0 .
#   docker run --rm --read-only --tmpfs /tmp -p 5051:5051 ner-service:2.0.0
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH=amd64
WORKDIR /source
# Project files first: packages are restored again only when they change.
COPY Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig LICENSE ./
COPY src/Program.targets src/
COPY src/NerService.Contracts/NerService.Contracts.csproj src/NerService.Contracts/
COPY src/NerService.Text/NerService.Text.csproj src/NerService.Text/
COPY src/NerService.Gazetteer/NerService.Gazetteer.csproj src/NerService.Gazetteer/
COPY src/NerService.Inference/NerService.Inference.csproj src/NerService.Inference/
COPY src/NerService.Extraction/NerService.Extraction.csproj src/NerService.Extraction/
COPY src/NerService.Protocol/NerService.Protocol.csproj src/NerService.Protocol/
COPY src/NerService.Server/NerService.Server.csproj src/NerService.Server/
RUN dotnet restore src/NerService.Server -a $TARGETARCH
COPY protos protos
COPY models models
COPY src src
RUN dotnet publish src/NerService.Server -c Release -a $TARGETARCH --no-restore --self-contained false -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=1 \
    ORT_DISABLE_TELEMETRY=1
WORKDIR /app
COPY --from=build /app .
# The image's own unprivileged user.
USER $APP_UID
EXPOSE 5051
# The binary asks its own admin port, which listens inside the container only.
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["/app/NerService.Server", "--health-check"]
ENTRYPOINT ["/app/NerService.Server"]
