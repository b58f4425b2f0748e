namespace NerService.Workbench.Evaluation;

/// <summary>What of the service is scored.</summary>
/// <param name="Gazetteer">Whether the gazetteer is on: the model reads it, and where the arbiter judges it proposes entities.</param>
/// <param name="Arbiter">Whether the arbiter judges; else the model's own decoding is scored, with the model's own probability as confidence.</param>
internal readonly record struct ScoredSystem(bool Gazetteer, bool Arbiter)
{
    /// <summary>Its name in JSON.</summary>
    internal string Key =>
        this switch
        {
            { Gazetteer: false, Arbiter: false } => "model",
            { Arbiter: false } => "model+gazetteer",
            { Gazetteer: false } => "model+arbiter",
            _ => "service",
        };

    /// <summary>The rule: the model alone unless gazetteer or arbiter are asked for; --gazetteer on asks for the arbiter too unless it is off; the
    /// arbiter belongs to the default output.</summary>
    /// <param name="gazetteer">--gazetteer; null when not given.</param>
    /// <param name="arbiter">--arbiter; null when not given.</param>
    /// <param name="isDefaultOutput">Whether the model's default output is scored.</param>
    /// <param name="hasArbiter">Whether the model came with an arbiter.</param>
    internal static ScoredSystem Choose(bool? gazetteer, bool? arbiter, bool isDefaultOutput, bool hasArbiter) =>
        new(gazetteer ?? arbiter == true, isDefaultOutput && hasArbiter && (arbiter ?? gazetteer is not null));

    /// <summary>Its name for people.</summary>
    internal string Describe() =>
        this switch
        {
            { Gazetteer: false, Arbiter: false } => "the model alone (its own decoding, its own probability)",
            { Arbiter: false } => "the model, which reads the gazetteer, without arbiter (its own decoding, its own probability)",
            { Gazetteer: false } => "model and arbiter, without gazetteer",
            _ => "the whole service: model, gazetteer and arbiter",
        };
}
