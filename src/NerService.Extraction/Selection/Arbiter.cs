using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using NerService.Extraction.Candidates;
using NerService.Inference.Models;
using NerService.Text.Labels;

namespace NerService.Extraction.Selection;

/// <summary>
/// Turns the features of candidates into P(span and type are right): a binary classifier of Microsoft.ML, trained and calibrated on documents that
/// the token classifier has not seen. Thread-safe; prediction engines are pooled.
/// </summary>
internal sealed class Arbiter
{
    private readonly MLContext _ml = new(seed: 0);
    private readonly ITransformer _transformer;
    private readonly ConcurrentBag<Engine> _engines = [];

    private readonly ImmutableArray<Platt> _calibration;
    private readonly Platt _confidence;

    private Arbiter(ITransformer transformer, ImmutableArray<Platt> calibration, Platt confidence, KeepThresholds keepFrom)
    {
        _transformer = transformer;
        _calibration = calibration;
        _confidence = confidence;
        KeepFrom = keepFrom;
    }

    /// <summary>Candidates with a lower probability are not kept; chosen in training for the best F1.</summary>
    internal KeepThresholds KeepFrom { get; }

    /// <summary>Loads the arbiter of a model's folder.</summary>
    /// <returns>Null when the folder has none.</returns>
    /// <exception cref="ModelLoadException">It was trained for other features, or the file is not a Microsoft.ML model.</exception>
    internal static Arbiter? Load(ModelFolder folder)
    {
        if (folder.Manifest.Arbiter is not { } section)
            return null;
        var path = folder.FullPath(section.File);
        if (!section.Features.SequenceEqual(CandidateFeatures.Names))
            throw new ModelLoadException(
                $"'{path}' was trained for the features {string.Join(", ", section.Features)}; this service computes "
                    + $"{string.Join(", ", CandidateFeatures.Names)}. Train it again with 'ner train-arbiter'."
            );
        try
        {
            return new Arbiter(
                new MLContext(seed: 0).Model.Load(path, out _),
                [.. EntityTags.Types.Select(Scaling)],
                new Platt(section.Confidence.Slope, section.Confidence.Offset),
                new KeepThresholds(Threshold(EntityType.Person), Threshold(EntityType.Location), Threshold(EntityType.Organization))
            );
        }
        catch (Exception e)
        {
            // Microsoft.ML builds its parts by reflection and unpacks them into files, so the reason lies at the bottom and may be a full disk; it
            // does not say what it throws.
            throw new ModelLoadException(
                $"'{path}' cannot be loaded by Microsoft.ML, which unpacks it into '{Path.GetTempPath()}': {e.GetBaseException().Message}",
                e
            );
        }

        double Threshold(EntityType type) =>
            section.KeepFrom.TryGetValue(type.ToTag(), out var threshold)
                ? threshold
                : throw new ModelLoadException($"'{folder.Path}': arbiter.keepFrom lacks {type.ToTag()}.");

        Platt Scaling(EntityType type) =>
            section.Calibration.TryGetValue(type.ToTag(), out var scaling)
                ? new Platt(scaling.Slope, scaling.Offset)
                : throw new ModelLoadException($"'{folder.Path}': arbiter.calibration lacks {type.ToTag()}.");
    }

    /// <summary>Scores candidates.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="features">[candidates, <see cref="CandidateFeatures.Count"/>], row by row.</param>
    /// <param name="probabilities">Receives one probability per candidate; of those of <see cref="EntityType.Other"/>, which it does not judge,
    /// none.</param>
    internal void Score(List<Candidate> candidates, ReadOnlySpan<float> features, Span<float> probabilities)
    {
        if (!_engines.TryTake(out var engine))
            engine = new Engine(_ml, _transformer);
        try
        {
            for (var i = 0; i < probabilities.Length; i++)
                if (candidates[i].Type != EntityType.Other)
                    probabilities[i] = _calibration[(int)candidates[i].Type]
                        .Probability(engine.Score(features.Slice(i * CandidateFeatures.Count, CandidateFeatures.Count)));
        }
        finally
        {
            _engines.Add(engine);
        }
    }

    /// <summary>P(right | kept) of a candidate that was kept, from its probability among all candidates.</summary>
    internal float Confidence(float probability) => _confidence.Probability(Platt.LogOdds(probability));

    /// <summary>Schema of a row, with the number of features that this service computes.</summary>
    internal static SchemaDefinition RowSchema()
    {
        var schema = SchemaDefinition.Create(typeof(ArbiterRow));
        schema[nameof(ArbiterRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, CandidateFeatures.Count);
        return schema;
    }

    /// <summary>One prediction engine with its row, for one caller at a time.</summary>
    private sealed class Engine(MLContext ml, ITransformer transformer)
    {
        private readonly PredictionEngine<ArbiterRow, ArbiterScore> _engine = ml.Model.CreatePredictionEngine<ArbiterRow, ArbiterScore>(
            transformer,
            inputSchemaDefinition: RowSchema()
        );
        private readonly ArbiterRow _row = new() { Features = new float[CandidateFeatures.Count] };
        private ArbiterScore _score = new();

        internal float Score(ReadOnlySpan<float> features)
        {
            features.CopyTo(_row.Features);
            _engine.Predict(_row, ref _score);
            return _score.Score;
        }
    }
}

/// <summary>A candidate as Microsoft.ML reads it.</summary>
internal sealed class ArbiterRow
{
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }

    /// <summary>How much it weighs in training.</summary>
    public float Weight { get; set; }
}

/// <summary>What Microsoft.ML answers.</summary>
internal sealed class ArbiterScore
{
    public float Score { get; set; }
}
