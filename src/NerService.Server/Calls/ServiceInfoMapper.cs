using NerService.Extraction.Snapshots;
using NerService.Protocol;
using NerService.Server.Options;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Calls;

/// <summary>Says what is being served.</summary>
internal static class ServiceInfoMapper
{
    internal static V1.ServiceInfo Map(
        Snapshot snapshot,
        V1.ReloadInfo? lastReload,
        LimitsOptions limits,
        BatchingOptions batching,
        AdmissionOptions admission
    )
    {
        var model = snapshot.Model;
        var info = new V1.ServiceInfo
        {
            ServiceVersion = ServerHost.Version,
            LastReload = lastReload,
            DefaultOffsetUnit = V1.OffsetUnit.UnicodeCodePoint,
            Model = new V1.ModelInfo
            {
                Name = model.Manifest.Name,
                Version = model.Manifest.Version,
                Description = model.Manifest.Description,
                Graph = model.Graph.Name,
                File = model.Graph.File,
                Sha256 = model.Folder.GraphSha256,
                WindowSubwords = model.Manifest.Window.Size,
                WindowOverlapSubwords = model.Manifest.Window.Overlap,
                EntityLabels = { snapshot.Labels.Select(label => new V1.EntityLabel { Label = label.Name, Type = EnumMapper.ToProto(label.Type) }) },
                WordLabels = { model.Labels.Names },
            },
            Limits = new V1.Limits
            {
                MaxTextLength = limits.MaxTextLength,
                MaxTokens = limits.MaxTokens,
                MaxTokenLength = limits.MaxTokenLength,
                MaxMessageBytes = limits.MaxMessageBytes,
                MaxGazetteerEntries = limits.MaxGazetteerEntries,
                MaxBatchDocuments = limits.MaxBatchDocuments,
                MaxDocumentIdLength = limits.MaxDocumentIdLength,
                MaxPaddedSubwordsPerRun = batching.MaxBatchPaddedSubwords,
                MaxQueuedPaddedSubwords = admission.MaxQueuedPaddedSubwords,
            },
        };
        if (!snapshot.Gazetteers.IsEmpty)
            info.Gazetteer = new V1.GazetteerInfo
            {
                Version = snapshot.GazetteerVersion,
                Entries = snapshot.Gazetteers.Sum(g => g.Count),
                SkippedLines = snapshot.SkippedLines.Count,
                // Names only: where they lie on the server's disk is nobody's business.
                Files = { snapshot.Gazetteers.SelectMany(g => g.Files).Select(f => Path.GetFileName(f)) },
            };
        return info;
    }
}
